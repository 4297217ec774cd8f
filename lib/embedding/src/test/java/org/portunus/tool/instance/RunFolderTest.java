// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

class RunFolderTest {
  @TempDir Path folder;

  @Test
  void standardFolderFollowsTheEnvironmentAndTheUser() {
    assertThat(RunFolder.standard(Map.of("XDG_RUNTIME_DIR", "/run/user/7"), 7))
        .isEqualTo(Path.of("/run/user/7/portunus"));
    assertThat(RunFolder.standard(Map.of(), 0)).isEqualTo(Path.of("/run/portunus"));
    assertThat(RunFolder.standard(Map.of("XDG_RUNTIME_DIR", "relative"), 7))
        .isEqualTo(Path.of("/tmp/portunus-7"));
  }

  @Test
  void claimMakesThePrivateFolder() throws Exception {
    Path run = folder.resolve("run");
    try (RunFolder claimed = RunFolder.claim(run)) {
      assertThat(claimed.path()).isEqualTo(run);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(run)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void aFolderIsClaimedOnceAtATime() throws Exception {
    Path run = folder.resolve("run");
    try (RunFolder first = RunFolder.claim(run)) {
      assertThat(first.path()).isEqualTo(run);
      refuses(run, "an instance runs there");
    }
    RunFolder.claim(run).close();
  }

  @Test
  void aFolderOpenToOthersIsRefused() throws Exception {
    Path run = Files.createDirectory(folder.resolve("run"));
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-x---"));
    refuses(run, "its mode is rwxr-x---");
  }

  @Test
  void aLinkIsRefused() throws Exception {
    Path real = folder.resolve("real");
    RunFolder.claim(real).close();
    refuses(Files.createSymbolicLink(folder.resolve("link"), real), "it is not a folder");
  }

  @Test
  void anotherUsersFolderIsRefused() throws Exception {
    assumeThat(RunFolder.uid()).as("only root can give a folder away").isZero();
    Path run = folder.resolve("run");
    RunFolder.claim(run).close();
    Files.setAttribute(run, "unix:uid", 12345);
    refuses(run, "it belongs to 12345");
  }

  @Test
  void aSocketThatNobodyHoldsIsRemoved() throws Exception {
    Path run = folder.resolve("run");
    RunFolder.claim(run).close();
    Path socket = run.resolve("socket");
    try (ServerSocketChannel bound = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      bound.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(socket).exists();
    RunFolder.claim(run).close();
    assertThat(socket).doesNotExist();
  }

  private static void refuses(Path run, String why) {
    assertThatExceptionOfType(PortunusException.class)
        .isThrownBy(() -> RunFolder.claim(run))
        .withMessageContaining(why)
        .extracting(PortunusException::code)
        .isEqualTo(ErrorCode.USAGE);
  }

  @Test
  void oneSuccessorAtATimeGetsTheFolderWhenItIsLetGo() throws Exception {
    Path run = folder.resolve("run");
    try (RunFolder first = RunFolder.claim(run);
        RunFolder next = RunFolder.succeed(run)) {
      assertThatExceptionOfType(PortunusException.class)
          .isThrownBy(() -> RunFolder.succeed(run))
          .withMessageContaining("taking over");
      letGo(first);
      next.settle();
      assertThatExceptionOfType(PortunusException.class)
          .isThrownBy(() -> RunFolder.claim(run))
          .withMessageContaining("an instance runs there");
      RunFolder.succeed(run).close();
    }
  }

  private static void letGo(RunFolder folder) throws IOException {
    folder.close();
  }
}
