// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;

class FolderNamesTest {
  private static List<String> names(Path folder, int most) throws LinuxException {
    try (Descriptor open = Descriptor.open(folder, OpenFlag.DIRECTORY, 0)) {
      return FolderNames.list(open, most).stream()
          .map(name -> new String(name, StandardCharsets.ISO_8859_1))
          .toList();
    }
  }

  @Test
  void listsNamesAsBytes(@TempDir Path folder) throws Exception {
    assertThat(names(folder, 10)).isEmpty();
    Process touch =
        new ProcessBuilder("sh", "-c", "touch .hidden ..x \"$(printf 'a\\377\\nb')\"; mkdir d")
            .directory(folder.toFile())
            .start();
    assertThat(touch.waitFor()).isZero();
    assertThat(names(folder, 10)).containsExactlyInAnyOrder(".hidden", "..x", "a\u00ff\nb", "d");
  }

  @Test
  void listsMoreThanOneBufferButNotMoreThanAsked(@TempDir Path folder) throws Exception {
    for (int i = 0; i < 2000; i++) {
      Files.createFile(folder.resolve("a-rather-long-name-for-a-file-" + i));
    }
    assertThat(names(folder, 5000)).hasSize(2000).doesNotHaveDuplicates();
    assertThat(names(folder, 100)).hasSize(101);
  }

  @Test
  void refusesWhatIsNoFolder(@TempDir Path folder) throws Exception {
    Path file = Files.createFile(folder.resolve("f"));
    try (Descriptor open = Descriptor.open(file, OpenFlag.READ_ONLY, 0)) {
      assertThatExceptionOfType(LinuxException.class)
          .isThrownBy(() -> FolderNames.list(open, 1))
          .satisfies(e -> assertThat(e.is(Errno.ENOTDIR)).isTrue());
    }
  }
}
