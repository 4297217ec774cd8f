// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.portunus.abi.error.PortunusException;

final class UidTest {
  private static final UidRange RANGE = new UidRange(700_000, 1024);

  @TempDir Path etc;

  @Test
  void ordinaryAccountsAreNoConflict() throws IOException {
    Files.writeString(etc.resolve("passwd"), "root:x:0:0::/:/bin/sh\nme:x:1000:1000::/:/bin/sh\n");
    Files.writeString(etc.resolve("group"), "root:x:0:\nlast:x:699999:\nnext:x:701024:\n");
    Files.writeString(etc.resolve("subuid"), "# comment\n\nme:100000:65536\nbroken\n");

    assertThat(RANGE.conflicts(etc)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "passwd, x:x:700000:1::/:/bin/sh",
    "passwd, x:x:1:701023::/:/bin/sh",
    "group, x:x:700500:",
    "subuid, x:699999:2",
    "subuid, x:1:4000000000",
    "subgid, x:701023:1"
  })
  void everyUserOfTheRangeIsAConflict(String file, String line) throws IOException {
    Files.writeString(etc.resolve(file), line + "\n");

    assertThat(RANGE.conflicts(etc))
        .hasSize(1)
        .first()
        .asString()
        .startsWith(file)
        .contains("\"x\"");
    assertThatThrownBy(() -> UidReservation.claim(RANGE, etc, etc.resolve("locks")))
        .isInstanceOf(PortunusException.class)
        .hasMessageContaining("machine.lacks")
        .hasMessageContaining(file);
  }

  @ParameterizedTest
  @CsvSource({"0, 10", "65534, 10", "700000, 0", "2147483647, 1"})
  void rangesOfSystemUsersAreRefused(int first, int size) {
    assertThatThrownBy(() -> new UidRange(first, size))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void instancesGetDifferentParts() throws IOException, InterruptedException {
    Path locks = etc.resolve("locks");
    try (UidReservation first = UidReservation.claim(RANGE, etc, locks)) {
      Process other =
          new ProcessBuilder("flock", "--nonblock", locks.resolve("uids-700000").toString(), "true")
              .start();
      assertThat(other.waitFor()).as("another process gets the lock").isEqualTo(1);
      assertThat(first.range().first()).isEqualTo(700_000);
    }
    try (UidReservation first = UidReservation.claim(RANGE, etc, locks);
        UidReservation second = UidReservation.claim(RANGE, etc, locks)) {
      assertThat(first.range()).isEqualTo(new UidRange(700_000, 256));
      assertThat(second.range()).isEqualTo(new UidRange(700_256, 256));
    }
    try (UidReservation again = UidReservation.claim(RANGE, etc, locks)) {
      assertThat(again.range().first()).isEqualTo(700_000);
    }
  }

  @Test
  void aFullRangeIsAnErrorThatSaysSo() throws IOException {
    UidRange one = new UidRange(700_000, 256);
    Path locks = etc.resolve("locks");
    try (UidReservation held = UidReservation.claim(one, etc, locks)) {
      assertThat(held.range()).isEqualTo(one);
      assertThatThrownBy(() -> UidReservation.claim(one, etc, locks))
          .hasMessageContaining("held by other instances");
    }
  }

  @Test
  void leasesAreExclusiveAndReusedLast() {
    UidLease lease = new UidLease(new UidRange(700_000, 2));
    SandboxIdentity first = lease.lease().orElseThrow();
    SandboxIdentity second = lease.lease().orElseThrow();

    assertThat(first).isNotEqualTo(second);
    assertThat(lease.lease()).isEmpty();
    lease.giveBack(second);
    lease.giveBack(first);
    assertThat(lease.lease()).contains(second);
    assertThat(lease.leased()).isEqualTo(1);
    assertThatThrownBy(() -> lease.giveBack(first)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> lease.giveBack(new SandboxIdentity(5, 5)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rootIsNeverASandbox() {
    assertThatThrownBy(() -> new SandboxIdentity(0, 5))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SandboxIdentity(5, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
