// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.landlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.process.ThisProcess;

class RulesetTest {
  private static final Executor NEW_THREAD = task -> Thread.ofPlatform().start(task);

  private interface Step<T> {
    T run() throws Exception;
  }

  /** Landlock binds one thread: each test restricts a thread of its own. */
  private static <T> T onOwnThread(Step<T> step) {
    return CompletableFuture.supplyAsync(
            () -> {
              try {
                return step.run();
              } catch (Exception failure) {
                throw new IllegalStateException(failure);
              }
            },
            NEW_THREAD)
        .join();
  }

  @BeforeAll
  static void requireLandlock() throws LinuxException {
    assumeTrue(Ruleset.abi() >= 1, "this kernel has no Landlock");
  }

  @Test
  void writingIsRefusedOutsideTheAllowedFolderOnThatThreadOnly(@TempDir Path folder)
      throws Exception {
    Path open = Files.createDirectory(folder.resolve("open"));
    Path closed = Files.createDirectory(folder.resolve("closed"));
    RulesetAttributes attributes =
        RulesetAttributes.files(
            Ruleset.abi(), EnumSet.of(FileAccess.WRITE_FILE, FileAccess.MAKE_REGULAR));
    Errno refused =
        onOwnThread(() -> {
          try (Ruleset ruleset = Ruleset.create(attributes);
              Descriptor beneath = Descriptor.open(open, OpenFlag.PATH, 0)) {
            ruleset.allow(beneath, EnumSet.allOf(FileAccess.class));
            ThisProcess.setNoNewPrivileges();
            ruleset.restrictThread();
          }
          create(open.resolve("file"));
          try {
            create(closed.resolve("file"));
            return Errno.ENODATA;
          } catch (LinuxException failure) {
            return Errno.of(failure.number()).orElseThrow();
          }
        });
    assertThat(refused).isEqualTo(Errno.EACCES);
    assertThat(open.resolve("file")).exists();
    create(closed.resolve("file"));
    assertThat(closed.resolve("file")).exists();
  }

  private static void create(Path path) throws LinuxException {
    Descriptor.open(path, OpenFlag.CREATE | OpenFlag.WRITE_ONLY, 0600).close();
  }

  @Test
  void onlyTheAllowedPortIsReached() throws Exception {
    int abi = Ruleset.abi();
    assumeTrue(abi >= 4, "TCP rules need Landlock ABI 4");
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket allowed = new ServerSocket(0, 4, loopback);
        ServerSocket other = new ServerSocket(0, 4, loopback)) {
      String outcome =
          onOwnThread(() -> {
            try (Ruleset ruleset = Ruleset.create(new RulesetAttributes(abi, 0, 3, 0))) {
              ruleset.allowConnect(allowed.getLocalPort());
              ThisProcess.setNoNewPrivileges();
              ruleset.restrictThread();
            }
            new Socket(loopback, allowed.getLocalPort()).close();
            return tried(() -> new Socket(loopback, other.getLocalPort()).close())
                + ", "
                + tried(() -> new ServerSocket(0, 1, loopback).close());
          });
      assertThat(outcome).isEqualTo("refused, refused");
    }
  }

  private interface Attempt {
    void run() throws java.io.IOException;
  }

  private static String tried(Attempt attempt) {
    try {
      attempt.run();
      return "done";
    } catch (java.io.IOException refused) {
      return "refused";
    }
  }

  @Test
  void structuresHaveTheSizeOfTheirVersion() {
    assertThat(RulesetAttributes.everything(1).toBytes())
        .containsExactly(0xFF, 0x1F, 0, 0, 0, 0, 0, 0);
    assertThat(RulesetAttributes.everything(3).toBytes()).hasSize(8).startsWith(0xFF, 0x7F);
    assertThat(RulesetAttributes.everything(5).toBytes())
        .containsExactly(0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0);
    assertThat(RulesetAttributes.everything(6).toBytes())
        .hasSize(24)
        .endsWith(3, 0, 0, 0, 0, 0, 0, 0);
    assertThat(RulesetAttributes.everything(1).pathBeneath(EnumSet.allOf(FileAccess.class), -1))
        .containsExactly(0xFF, 0x1F, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF);
    assertThatThrownBy(() -> RulesetAttributes.everything(0)).hasMessageContaining("no Landlock");
  }

  @Test
  void aRuleForAFileNamesFileAccessesOnly(@TempDir Path folder) throws Exception {
    Path file = Files.createFile(folder.resolve("f"));
    try (Ruleset ruleset = Ruleset.create(RulesetAttributes.everything(Ruleset.abi()));
        Descriptor descriptor = Descriptor.open(file, OpenFlag.PATH, 0)) {
      ruleset.allow(descriptor, FileAccess.ofFiles());
      assertThatThrownBy(() -> ruleset.allow(descriptor, FileAccess.reading()))
          .isInstanceOf(LinuxException.class)
          .hasMessageContaining("EINVAL");
    }
  }
}
