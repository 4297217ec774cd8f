// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.memory.Seal;
import org.portunus.system.port.ConnectionEnd;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.LinkGrant;
import org.portunus.system.port.PortName;

/** Kernels that lack one check of links each: what tests for it finds it, and it alone. */
class SeededLinkTest {
  private static final String LINKS =
      "sys/kernel/src/main/java/org/portunus/kernel/link/Links.java";
  private static final int MANY = 80;

  @TempDir Path folder;

  /** A check, and the text that stands for it. */
  enum Seed {
    STRANGERS_ARE_REFUSED(
        LINKS,
        "!link.revoked && (!isService || link.service.isPresent())) {",
        "!link.revoked && link.service.isPresent()) {") {
      @Override
      boolean holds(LifeInstance instance, Client client) {
        try (Client stranger = new Client(instance)) {
          stranger.kernel.openLink(client.connect().id());
          return false;
        } catch (PortunusException refusal) {
          return refusal.code() == ErrorCode.DENIED;
        }
      }
    },
    WHO_DOES_NOT_CONFIRM_IS_ENDED(
        LINKS,
        "if (end.task.kind() != RunningTask.Kind.LAUNCHD) {",
        "if (end.task.kind() == RunningTask.Kind.LAUNCHD) {") {
      @Override
      boolean holds(LifeInstance instance, Client client) {
        long connection = client.connect().id();
        instance.control().revokeLink(connection);
        instance.awaitLog(ErrorCode.LINK_UNCONFIRMED.dotted(), "connection=" + connection);
        try {
          client.kernel.getRefs(client.bootstrap(), org.portunus.abi.mach.RightKind.SEND);
          return false;
        } catch (PortunusException ended) {
          return ended.code() == ErrorCode.INSTANCE_ENDED;
        }
      }
    },
    UNTAKEN_LINKS_ARE_FEW(
        LINKS,
        "if (part.offered >= MAX_OFFERED || !own.mayGrow(1)) {",
        "if (part.offered >= Integer.MAX_VALUE) {") {
      @Override
      boolean holds(LifeInstance instance, Client client) {
        for (int made = 0; made < MANY; ) {
          try {
            client.connect();
            made++;
          } catch (PortunusException refusal) {
            assertThat(refusal.code()).isIn(ErrorCode.LIMIT_CONNECTIONS, ErrorCode.LIMIT_QUEUE);
            if (refusal.detail().contains("links of")) {
              return true;
            }
            // Connections that launchd has not taken yet are few too.
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
          }
        }
        return false;
      }
    },
    EPOCHS_ARE_NEW(
        "sys/kernel/src/main/java/org/portunus/kernel/link/TaskWords.java",
        "    lastEpoch++;\n    while",
        "    lastEpoch = 1;\n    while") {
      @Override
      boolean holds(LifeInstance instance, Client client) {
        ConnectionEnd first = client.connect();
        client.kernel.connectionClosed(first.id());
        LinkGrant next = client.connect().link().orElseThrow();
        LinkGrant before = first.link().orElseThrow();
        assertThat(next.place()).isEqualTo(before.place());
        return next.epoch() != before.epoch();
      }
    },
    MEMORY_CAN_NOT_SHRINK(
        "sys/kernel/src/main/java/org/portunus/kernel/link/LinkMaker.java",
        "Set.of(Seal.GROW, Seal.SHRINK, Seal.SEAL)",
        "Set.of(Seal.GROW)") {
      @Override
      boolean holds(LifeInstance instance, Client client) {
        LinkGrant grant = client.connect().link().orElseThrow();
        int wanted = Seal.SHRINK.bit() | Seal.SEAL.bit();
        return (MemoryFile.sealBits(grant.memory().raw()) & wanted) == wanted;
      }
    };

    private final String source;
    private final String check;
    private final String bug;

    Seed(String source, String check, String bug) {
      this.source = source;
      this.check = check;
      this.bug = bug;
    }

    /** Whether the kernel makes the check. */
    abstract boolean holds(LifeInstance instance, Client client);
  }

  /** A program outside that has links, and does with them what it likes. */
  static final class Client implements AutoCloseable {
    final KernelSocket kernel;
    private final List<ConnectionEnd> ends = new ArrayList<>();

    Client(LifeInstance instance) {
      kernel = KernelSocket.connect(instance.instance().socket());
    }

    PortName bootstrap() {
      return kernel.greeting().bootstrap().orElseThrow();
    }

    /** A connection that launchd takes and forgets. */
    ConnectionEnd connect() {
      ConnectionEnd end = kernel.connect(bootstrap());
      ends.add(end);
      return end;
    }

    @Override
    public void close() {
      for (ConnectionEnd end : ends) {
        end.socket().close();
        end.link().ifPresent(link -> link.memory().close());
      }
      kernel.close();
    }
  }

  private static boolean holds(LifeInstance instance, Seed seed) {
    try (Client client = new Client(instance)) {
      return seed.holds(instance, client);
    }
  }

  @Test
  void theKernelMakesEachCheck() throws Exception {
    try (LifeInstance instance = LifeInstance.start(new ProbeFolder(folder))) {
      for (Seed seed : Seed.values()) {
        assertThat(holds(instance, seed)).as("%s", seed).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = Seed.class, mode = EnumSource.Mode.EXCLUDE, names = "MEMORY_CAN_NOT_SHRINK")
  void aMissingCheckIsFound(Seed seed, @TempDir Path dist) throws Exception {
    Path classes = SeededSystem.classes(dist.resolve("seed"), seed.source, seed.check, seed.bug);
    try (LifeInstance instance =
        LifeInstance.start(
            SeededSystem.with(classes, "kernel", dist.resolve("dist")),
            new ProbeFolder(folder),
            0)) {
      assertThat(holds(instance, seed)).as("%s", seed).isFalse();
    }
  }

  @Test
  void aTaskMapsNoMemoryThatCouldShrink(@TempDir Path dist) throws Exception {
    Seed seed = Seed.MEMORY_CAN_NOT_SHRINK;
    Path classes = SeededSystem.classes(dist.resolve("seed"), seed.source, seed.check, seed.bug);
    try (LifeInstance instance =
        LifeInstance.start(
            SeededSystem.with(classes, "kernel", dist.resolve("dist")),
            new ProbeFolder(folder),
            0)) {
      assertThat(holds(instance, seed)).isFalse();
      PortunusException refusal =
          org.assertj.core.api.Assertions.catchThrowableOfType(
              PortunusException.class, () -> instance.control().status());
      assertThat(refusal.code()).isEqualTo(ErrorCode.RIGHT_REFUSED);
      assertThat(refusal).hasMessageContaining("seals");
    }
  }
}
