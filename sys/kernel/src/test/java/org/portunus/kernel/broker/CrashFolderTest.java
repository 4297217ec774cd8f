// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.crash.CrashReport;
import org.portunus.linux.memory.MemoryFile;

class CrashFolderTest {
  @TempDir Path run;

  private void keep(String name, byte[] content) throws IOException {
    try (MemoryFile file = MemoryFile.sealedCopy("report", content)) {
      new CrashFolder(run).keep(name, file.descriptor());
    }
  }

  private List<String> kept() throws IOException {
    try (var files = Files.list(run.resolve(CrashFolder.NAME))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void theLatestReportsAreKeptForTheirOwnerOnly() throws IOException {
    for (int i = 0; i < CrashFolder.MOST + 3; i++) {
      keep("crash-1-" + (100 + i), new byte[] {(byte) i});
    }
    assertThat(kept())
        .hasSize(CrashFolder.MOST)
        .contains("crash-1-134")
        .doesNotContain("crash-1-100");
    Path last = run.resolve(CrashFolder.NAME).resolve("crash-1-134");
    assertThat(Files.readAllBytes(last)).containsExactly(34);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(last)))
        .isEqualTo("rw-------");
    new CrashFolder(run).remove();
    assertThat(run).isEmptyDirectory();
    new CrashFolder(run).remove();
  }

  @Test
  void whatIsNoReportIsRefused() {
    for (String name : Arrays.asList("crash-1-1/../../x", "crash-x-1", "log", "")) {
      assertThatThrownBy(() -> keep(name, new byte[1])).isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> keep("crash-1-1", new byte[CrashReport.MAX_BYTES + 1]))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(
            () -> {
              try (MemoryFile open = MemoryFile.create("report")) {
                open.truncate(5);
                new CrashFolder(run).keep("crash-1-1", open.descriptor());
              }
            })
        .isInstanceOf(IOException.class);
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void aFolderThatIsGoneIsNotMadeAgain() throws IOException {
    Files.delete(run);
    assertThatThrownBy(() -> keep("crash-1-1", new byte[1])).isInstanceOf(IOException.class);
    assertThat(run).doesNotExist();
  }
}
