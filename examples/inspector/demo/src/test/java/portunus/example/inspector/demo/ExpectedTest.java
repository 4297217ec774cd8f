// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.portunus.system.xpc.FileRight;
import portunus.example.inspector.Options;
import portunus.example.inspector.Report;
import portunus.example.inspector.Size;

/** A comparison that finds nothing must find something after one value was changed. */
class ExpectedTest {
  private static final Path CORPUS = Path.of("..", "corpus");

  private static Expected expected(String file) throws IOException {
    try (ShippedSet set = ShippedSet.open(CORPUS)) {
      return Objects.requireNonNull(set.expectations().get("real/" + file));
    }
  }

  private static Report report(String file) throws Exception {
    try (FileRight right = FileRight.open(CORPUS.resolve("real").resolve(file))) {
      return new InProcess().inspect(right, Options.standard(), (stage, done, total) -> {});
    }
  }

  private static Expected changed(
      Expected e, String title, String author, int pages, long wordsAdded) {
    return new Expected(
        e.file(),
        e.types(),
        Optional.of(title),
        Optional.of(author),
        Optional.of(pages),
        e.size(),
        e.words().map(words -> words + wordsAdded),
        e.wordsTolerance(),
        e.preview());
  }

  @Test
  void changedTextValuesAreFound() throws Exception {
    Expected right = expected("writer.pdf");
    Report report = report("writer.pdf");
    String title = right.title().orElseThrow();
    String author = right.author().orElseThrow();
    int pages = right.pages().orElseThrow();
    assertThat(right.differences(report)).isEmpty();
    assertThat(changed(right, title + "x", author, pages, 0).differences(report)).hasSize(1);
    assertThat(changed(right, title, author + "x", pages, 0).differences(report)).hasSize(1);
    assertThat(changed(right, title, author, pages + 1, 0).differences(report)).hasSize(1);
    assertThat(changed(right, title, author, pages, 13).differences(report)).hasSize(1);
    assertThat(changed(right, title, author, pages, -13).differences(report)).hasSize(1);
  }

  @Test
  void plainTextIsComparedToTheWord() throws Exception {
    Expected e = expected("harbour.txt");
    Report report = report("harbour.txt");
    assertThat(e.differences(report)).isEmpty();
    Expected more =
        new Expected(
            e.file(),
            e.types(),
            e.title(),
            e.author(),
            e.pages(),
            e.size(),
            e.words().map(words -> words + 1),
            e.wordsTolerance(),
            e.preview());
    assertThat(more.differences(report)).hasSize(1);
  }

  @Test
  void changedImageValuesAreFound() throws Exception {
    Expected e = expected("rgb8.png");
    Report report = report("rgb8.png");
    assertThat(e.differences(report)).isEmpty();
    assertThat(image(e, List.of("image/gif"), e.size(), e.preview()).differences(report))
        .hasSize(1);
    assertThat(image(e, e.types(), Optional.of(new Size(1, 1)), e.preview()).differences(report))
        .hasSize(1);
    Optional<Path> sameSize = Optional.of(CORPUS.resolve("previews/interlaced.png.png"));
    assertThat(image(e, e.types(), e.size(), sameSize).differences(report)).isEmpty();
    Optional<Path> other = Optional.of(CORPUS.resolve("previews/gray.jpg.png"));
    assertThat(image(e, e.types(), e.size(), other).differences(report)).hasSize(1);
    Optional<Path> otherSize = Optional.of(CORPUS.resolve("previews/gray8.png.png"));
    assertThat(image(e, e.types(), e.size(), otherSize).differences(report)).hasSize(1);
  }

  private static Expected image(
      Expected e, List<String> types, Optional<Size> size, Optional<Path> preview) {
    return new Expected(
        e.file(),
        types,
        e.title(),
        e.author(),
        e.pages(),
        size,
        e.words(),
        e.wordsTolerance(),
        preview);
  }
}
