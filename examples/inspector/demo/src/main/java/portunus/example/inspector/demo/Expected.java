// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import portunus.example.inspector.Report;
import portunus.example.inspector.Size;

/**
 * What other programs say about one document of the shipped set.
 *
 * @param types media types, each of them right
 * @param words empty if they are not compared
 * @param wordsTolerance allowed relative error
 * @param preview file of the reference preview
 */
record Expected(
    String file,
    List<String> types,
    Optional<String> title,
    Optional<String> author,
    Optional<Integer> pages,
    Optional<Size> size,
    Optional<Long> words,
    double wordsTolerance,
    Optional<Path> preview) {
  private static final double MOST_DIFFERENCE = 8;

  /** What is wrong with a report, one clause each; empty if it is as expected. */
  List<String> differences(Report report) throws IOException {
    List<String> differences = new ArrayList<>();
    if (!types.contains(report.type())) {
      differences.add("type is " + report.type() + ", not " + types);
    }
    compare(differences, "title", title, report.title());
    compare(differences, "author", author, report.author());
    compare(differences, "pages", pages, report.pages());
    compare(differences, "size", size, report.size());
    if (words.isPresent()
        && Math.abs(report.words() - words.get()) > wordsTolerance * words.get()) {
      differences.add("words are " + report.words() + ", not " + words.get());
    }
    if (preview.isPresent()) {
      differences.addAll(previewDifferences(report, preview.get()));
    }
    return differences;
  }

  private static void compare(
      List<String> differences, String field, Optional<?> expected, Optional<?> actual) {
    if (!expected.equals(actual)) {
      differences.add(field + " is " + actual + ", not " + expected);
    }
  }

  private static List<String> previewDifferences(Report report, Path reference) throws IOException {
    if (report.previewPng().isEmpty()) {
      return List.of("there is no preview");
    }
    BufferedImage expected = ImageIO.read(reference.toFile());
    BufferedImage actual = ImageIO.read(new ByteArrayInputStream(report.previewPng().get()));
    if (expected.getWidth() != actual.getWidth() || expected.getHeight() != actual.getHeight()) {
      return List.of("the preview has another size");
    }
    double difference = meanDifference(expected, actual);
    return difference <= MOST_DIFFERENCE
        ? List.of()
        : List.of("the preview differs by %.1f of 255".formatted(difference));
  }

  /** Mean absolute difference over all samples of two RGB images of one size. */
  static double meanDifference(BufferedImage one, BufferedImage other) {
    int[] ones = one.getRaster().getPixels(0, 0, one.getWidth(), one.getHeight(), (int[]) null);
    int[] others = other.getRaster().getPixels(0, 0, one.getWidth(), one.getHeight(), (int[]) null);
    int bands = one.getRaster().getNumBands();
    int otherBands = other.getRaster().getNumBands();
    long sum = 0;
    int pixels = one.getWidth() * one.getHeight();
    for (int i = 0; i < pixels; i++) {
      for (int band = 0; band < 3; band++) {
        sum += Math.abs(ones[i * bands + band] - others[i * otherBands + band]);
      }
    }
    return (double) sum / (3L * pixels);
  }
}
