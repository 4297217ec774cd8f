// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.linux.call.LinuxException;

final class FileSystemUserTest {
  private static final int ANOTHER = 65_533;

  @TempDir Path folder;

  @Test
  void onlyFilesOfTheUserAreReadUntilItIsClosed() throws IOException {
    assumeTrue(ThisProcess.effectiveUid() == 0, "only root becomes another user");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    Path ours = secret("ours");
    Path theirs = secret("theirs");
    Files.setAttribute(theirs, "unix:uid", ANOTHER);

    try (var _ = FileSystemUser.become(ANOTHER)) {
      assertThat(Files.readString(theirs)).isEqualTo("theirs");
      assertThatThrownBy(() -> Files.readString(ours)).isInstanceOf(AccessDeniedException.class);
    }

    assertThat(Files.readString(ours)).isEqualTo("ours");
  }

  @Test
  void anOrdinaryUserStaysWhoItIs() {
    assumeTrue(ThisProcess.effectiveUid() != 0, "root may");

    assertThatThrownBy(() -> FileSystemUser.become(ANOTHER))
        .isInstanceOf(LinuxException.class)
        .hasMessageContaining("EPERM");
  }

  private Path secret(String name) throws IOException {
    Path file = Files.writeString(folder.resolve(name), name);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }
}
