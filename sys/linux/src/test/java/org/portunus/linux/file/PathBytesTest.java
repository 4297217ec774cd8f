// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.linux.arch.OpenFlag;

class PathBytesTest {
  @TempDir private Path folder;

  /** A name that is no UTF-8, made by a shell because Java can't write it. */
  @Test
  void opensAFileWhoseNameIsNoText() throws Exception {
    Process shell =
        new ProcessBuilder("sh", "-c", "printf found > \"$(printf 'a\\303\\050%%\\377 b')\"")
            .directory(folder.toFile())
            .start();
    assertThat(shell.waitFor()).isZero();
    try (Stream<Path> files = Files.list(folder)) {
      Path odd = files.findFirst().orElseThrow();
      try (Descriptor file = Descriptor.open(odd, OpenFlag.READ_ONLY, 0)) {
        assertThat(new String(file.readFully(100), StandardCharsets.US_ASCII)).isEqualTo("found");
      }
    }
  }

  @Test
  void linkToAFolderKeepsNoSlash() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("li%nk"), folder);
    assertThat(PathBytes.terminated(link)).endsWith("li%nk\0".getBytes(StandardCharsets.US_ASCII));
    assertThat(PathBytes.terminated(Path.of("/"))).isEqualTo(new byte[] {'/', 0});
  }
}
