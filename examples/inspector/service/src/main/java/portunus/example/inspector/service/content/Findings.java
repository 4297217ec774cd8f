// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.content;

import java.util.Optional;
import portunus.example.inspector.Report;
import portunus.example.inspector.Size;

/**
 * A report in the making: a type, and the rest as a reader finds it. Each step gives a new value.
 */
public record Findings(Report report) {
  private static final int MOST_TITLE = 1024;

  public static Findings of(String type) {
    return new Findings(
        new Report(
            type,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0,
            "",
            Optional.empty()));
  }

  public Findings withType(String type) {
    return new Findings(
        new Report(
            type,
            report.title(),
            report.author(),
            report.pages(),
            report.size(),
            report.words(),
            report.excerpt(),
            report.previewPng()));
  }

  public Findings withTitle(Optional<String> title, Optional<String> author) {
    return new Findings(
        new Report(
            report.type(),
            tidy(title),
            tidy(author),
            report.pages(),
            report.size(),
            report.words(),
            report.excerpt(),
            report.previewPng()));
  }

  public Findings withPages(Optional<Integer> pages) {
    return new Findings(
        new Report(
            report.type(),
            report.title(),
            report.author(),
            pages,
            report.size(),
            report.words(),
            report.excerpt(),
            report.previewPng()));
  }

  public Findings withText(long words, String excerpt) {
    return new Findings(
        new Report(
            report.type(),
            report.title(),
            report.author(),
            report.pages(),
            report.size(),
            words,
            excerpt,
            report.previewPng()));
  }

  public Findings withImage(Size size, byte[] previewPng) {
    return new Findings(
        new Report(
            report.type(),
            report.title(),
            report.author(),
            report.pages(),
            Optional.of(size),
            report.words(),
            report.excerpt(),
            Optional.of(previewPng)));
  }

  public Findings withPagePreview(byte[] previewPng) {
    return new Findings(
        new Report(
            report.type(),
            report.title(),
            report.author(),
            report.pages(),
            report.size(),
            report.words(),
            report.excerpt(),
            Optional.of(previewPng)));
  }

  private static Optional<String> tidy(Optional<String> stated) {
    return stated
        .map(text -> text.codePoints().filter(point -> !Character.isISOControl(point)))
        .map(points ->
            points
                .limit(MOST_TITLE)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .strip())
        .filter(text -> !text.isEmpty());
  }
}
