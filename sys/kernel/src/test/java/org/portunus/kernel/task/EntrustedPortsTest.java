// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.identity.CodeIdentity;
import org.portunus.abi.identity.PeerRequirement;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.AuditToken;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.StartOrder;
import org.portunus.kernel.object.CarriedRight;
import org.portunus.kernel.object.Ipc;
import org.portunus.kernel.object.Pool;
import org.portunus.kernel.object.Port;
import org.portunus.kernel.object.Quota;
import org.portunus.kernel.object.Received;
import org.portunus.kernel.object.Task;

class EntrustedPortsTest {
  private static final CodeIdentity CODE = CodeIdentity.ofBytes(new byte[CodeIdentity.BYTES]);
  private static final AuditToken TOKEN = new AuditToken(1, 1, 1, 1, 1, 1, 1, 1, 1, CODE);
  private static final LaunchRecord RECORD =
      new LaunchRecord(
          "job",
          "org.example.x",
          CODE,
          new LaunchRecord.Limits(32, 256, 64, 600, 128, 30000, 2000),
          List.of(),
          List.of());

  private final Ipc ipc = new Ipc(TOKEN, Pool.STANDARD);
  private final Task task = ipc.createTask(new TaskId(1, 1), TOKEN, Quota.STANDARD);
  private final CarriedRight first = ipc.createPort();
  private final CarriedRight second = ipc.createPort();
  private final Port port = first.port().orElseThrow();
  private final EntrustedPorts ports = new EntrustedPorts(List.of(first, second));

  @Test
  void theTaskGetsThemInOneSetAndRequiresNothing() {
    port.setClientRequirement(Optional.of(PeerRequirement.parse("unanchored identifier org.a")));

    StartOrder order = ports.give(task.space(), RECORD).orElseThrow();

    assertThat(task.space().members(order.portSet()).orElseThrow())
        .containsExactlyElementsOf(order.ports())
        .hasSize(2);
    assertThat(task.space().receiveRightPort(order.ports().getFirst()).orElseThrow())
        .isSameAs(port);
    assertThat(port.clientRequirement()).isEmpty();
    ports.release(ipc);
    assertThat(port.receivingTask()).contains(task);
  }

  @Test
  void whatNoTaskGotGoesToWhoAskedForIt() {
    int notifications = task.space().allocate(RightKind.RECEIVE).orElseThrow();
    PortDescriptor once = new PortDescriptor(notifications, Disposition.MAKE_SEND_ONCE);
    assertThat(port.requestPortDestroyed(task.space().take(once).orElseThrow()))
        .isEqualTo(KernReturn.SUCCESS);

    ports.release(ipc);

    Received back = task.space().poll(notifications).orElseThrow();
    assertThat(back.message().id()).isEqualTo(NotificationKind.PORT_DESTROYED.number());
    assertThat(port.receivingTask()).contains(task);
    assertThat(second.port().orElseThrow().isAlive()).isFalse();
  }

  @Test
  void aTaskThatHasEndedGetsNone() {
    task.terminate();

    assertThat(ports.give(task.space(), RECORD)).isEmpty();
    ports.release(ipc);

    assertThat(port.isAlive()).isFalse();
  }
}
