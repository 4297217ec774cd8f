// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One file of the project.
 *
 * @param path relative to the project's root, with slashes
 */
public record SourceFile(String path, String text) {
  /** Comments, text blocks, strings and characters: what is not code. */
  private static final Pattern NOT_CODE =
      Pattern.compile(
          "/\\*.*?\\*/|//[^\\n]*|\"\"\".*?\"\"\"|\"(?:[^\"\\\\\\n]|\\\\.)*+\"|'(?:[^'\\\\]|\\\\.)++'",
          Pattern.DOTALL);

  /** Every file that this returns true for, generated and built ones left out. */
  public static List<SourceFile> under(Path root, Pattern name) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths
          .filter(Files::isRegularFile)
          .map(path -> root.relativize(path).toString())
          .filter(path -> !path.matches("(.*/)?(target|\\.git)/.*"))
          .filter(path -> name.matcher(path).matches())
          .sorted()
          .map(path -> read(root, path))
          .toList();
    }
  }

  private static SourceFile read(Path root, String path) {
    try {
      return new SourceFile(path, Files.readString(root.resolve(path)));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The text without comments and literals. */
  public String code() {
    return NOT_CODE.matcher(text).replaceAll(" ");
  }

  /** The file's name without folder and ending. */
  public String simpleName() {
    String name = path.substring(path.lastIndexOf('/') + 1);
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** Whether it is part of what a module's jar is made from. */
  public boolean isMain() {
    return path.contains("src/main/java/");
  }

  /** Whether it is a test. */
  public boolean isTest() {
    return path.contains("src/test/java/");
  }
}
