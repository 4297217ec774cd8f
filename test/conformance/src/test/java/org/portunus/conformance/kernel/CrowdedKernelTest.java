// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.RightKind;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.process.ResourceLimit;
import org.portunus.linux.process.ThisProcess;
import org.portunus.system.port.Bootstrap;
import org.portunus.system.port.ConnectionEnd;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.PortName;

/**
 * As much of everything as a running instance gives. Who comes too late is told why, a steady
 * client goes on, and in the end the kernel holds what it held before.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrowdedKernelTest {
  private RunningInstance instance;

  @BeforeAll
  void start(@TempDir Path empty) throws IOException {
    instance = RunningInstance.start(empty);
  }

  @AfterAll
  void end() throws IOException {
    instance.close();
  }

  @AfterEach
  void everybodyElseIsUnaffected(TestInfo test) {
    instance.assertBackAtRest(test.getDisplayName());
  }

  @Test
  void whoComesAfterTooManyIsToldWhoTheyAre() throws Exception {
    List<KernelSocket> held = new ArrayList<>();
    try {
      Optional<PortunusException> refused = Optional.empty();
      for (int i = 0; refused.isEmpty() && i < 1000; i++) {
        try {
          held.add(KernelSocket.connect(instance.socket()));
        } catch (PortunusException refusal) {
          refused = Optional.of(refusal);
        }
      }
      PortunusException refusal = refused.orElseThrow();
      assertThat(refusal.code()).isEqualTo(ErrorCode.LIMIT_PEERS);
      assertThat(refusal)
          .hasMessageContaining("256 programs")
          .hasMessageContaining("by process " + ProcessHandle.current().pid() + " of uid ");
      instance.roundTrip();
    } finally {
      held.forEach(KernelSocket::close);
    }
  }

  /** Soft and hard limit of open files of the kernel task. */
  private static ResourceLimit.Pair openFiles(int pid) throws IOException {
    String[] words =
        Files.readAllLines(Path.of("/proc/" + pid + "/limits")).stream()
            .filter(line -> line.startsWith("Max open files"))
            .findFirst()
            .orElseThrow()
            .split("\\s+");
    return new ResourceLimit.Pair(Long.parseLong(words[3]), Long.parseLong(words[4]));
  }

  @Test
  void aKernelTaskWithoutDescriptorsRefusesAndGoesOn() throws Exception {
    int pid = (int) instance.instance().kernelPid();
    ResourceLimit.Pair limits = openFiles(pid);
    int open = instance.roundTrip().descriptors();
    List<KernelSocket> held = new ArrayList<>();
    ResourceLimit.OPEN_FILES.set(pid, new ResourceLimit.Pair(open + 6, limits.hard()));
    try {
      Optional<PortunusException> refused = Optional.empty();
      for (int i = 0; refused.isEmpty() && i < 200; i++) {
        try {
          held.add(KernelSocket.connect(instance.socket()));
        } catch (PortunusException refusal) {
          refused = Optional.of(refusal);
        }
      }
      assertThat(refused.orElseThrow().code()).isEqualTo(ErrorCode.LIMIT_DESCRIPTORS);
      assertThat(instance.roundTrip().tasks()).hasSizeGreaterThan(held.size());
      KernelSocket one = held.getFirst();
      PortName bootstrap = one.greeting().bootstrap().orElseThrow();
      assertThatThrownBy(() -> one.connect(bootstrap))
          .isInstanceOfSatisfying(
              PortunusException.class,
              refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.SYSTEM_CALL));
    } finally {
      ResourceLimit.OPEN_FILES.set(pid, limits);
      held.forEach(KernelSocket::close);
    }
    try (KernelSocket after = KernelSocket.connect(instance.socket())) {
      assertThat(after.allocate(RightKind.RECEIVE).isValid()).isTrue();
    }
  }

  /** Open files of launchd's process, which only root may count. */
  private int launchdDescriptors() throws IOException {
    int pid =
        instance.roundTrip().tasks().stream()
            .filter(task -> task.kind().equals("launchd"))
            .findFirst()
            .orElseThrow()
            .pid();
    long host = instance.instance().process(pid).orElseThrow().pid();
    try (Stream<Path> open = Files.list(Path.of("/proc/" + host + "/fd"))) {
      return (int) open.count();
    }
  }

  @Test
  void aThousandConnectionsLeaveNothingBehind() throws Exception {
    boolean root = ThisProcess.effectiveUid() == 0;
    int before = root ? launchdDescriptors() : 0;
    try (KernelSocket client = KernelSocket.connect(instance.socket())) {
      PortName control = new Bootstrap(client).lookUp("org.portunus.launchd.control");
      int made = 0;
      for (int tries = 0; made < 1_000 && tries < 100_000; tries++) {
        try {
          ConnectionEnd end = client.connect(control);
          end.socket().close();
          if (made % 3 > 0) {
            client.connectionClosed(end.id());
          }
          made++;
        } catch (PortunusException crowded) {
          assertThat(crowded.code()).isIn(ErrorCode.LIMIT_CONNECTIONS, ErrorCode.LIMIT_QUEUE);
          instance.roundTrip();
        }
      }
      assertThat(made).isEqualTo(1_000);
    }
    instance.assertBackAtRest("a thousand connections");
    for (int i = 0; root && launchdDescriptors() > before && i < 20_000; i++) {
      instance.roundTrip();
    }
    assertThat(root ? launchdDescriptors() : 0).isLessThanOrEqualTo(before);
  }

  @Test
  void overdueCallsThatNeverWereCostNobodyItsLife() throws Exception {
    try (KernelSocket liar = KernelSocket.connect(instance.socket())) {
      PortName control = new Bootstrap(liar).lookUp("org.portunus.launchd.control");
      ConnectionEnd end = liar.connect(control);
      try (Descriptor open = end.socket()) {
        assertThat(open.isOpen()).isTrue();
        for (int round = 0; round < 20; round++) {
          for (int call = 0; call < 500; call++) {
            liar.callOverdue(end.id(), round * 500L + call);
          }
          assertThat(liar.type(liar.greeting().bootstrap().orElseThrow())).isNotZero();
          instance.roundTrip();
        }
      }
    }
  }
}
