// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import portunus.example.inspector.demo.Found.Kind;
import portunus.example.inspector.demo.Found.Time;

/**
 * What {@code find FOLDER ! -type d} lists: links are not followed, so loops can't be entered.
 *
 * @param closed names of folders that can't be read and hide what is in them
 */
record FolderWalk(List<Found> found, List<String> closed) {
  FolderWalk {
    found = List.copyOf(found);
    closed = List.copyOf(closed);
  }

  /** Everything below the folder, or the folder itself if it is none. */
  static FolderWalk of(Path folder, Time time) throws IOException {
    List<Found> found = new ArrayList<>();
    List<String> closed = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            Kind kind = attributes.isRegularFile() ? Kind.REGULAR : Kind.OTHER;
            found.add(new Found(file, name(folder, file), kind, time));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (file.equals(folder)) {
              throw failure;
            }
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
              closed.add(name(folder, file));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
            return FileVisitResult.CONTINUE;
          }
        });
    return new FolderWalk(found, closed);
  }

  private static String name(Path folder, Path file) {
    String whole = text(file);
    return file.equals(folder)
        ? whole
        : whole.substring(text(folder).length()).replaceFirst("^/", "");
  }

  /** The path as UTF-8, whatever the JVM takes file names for; its URI has the real bytes. */
  private static String text(Path path) {
    String text = path.toString();
    if (text.chars().allMatch(c -> c < 128)) {
      return path.toAbsolutePath().toString();
    }
    String decoded = path.toUri().getPath();
    return decoded.length() > 1 && decoded.endsWith("/")
        ? decoded.substring(0, decoded.length() - 1)
        : decoded;
  }
}
