// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND_ONCE;
import static org.portunus.abi.mach.Disposition.MOVE_RECEIVE;
import static org.portunus.abi.mach.Disposition.MOVE_SEND;
import static org.portunus.abi.mach.Disposition.MOVE_SEND_ONCE;
import static org.portunus.kernel.object.World.DEAD_NAME;
import static org.portunus.kernel.object.World.PORT_SET;
import static org.portunus.kernel.object.World.RECEIVE;
import static org.portunus.kernel.object.World.SEND;
import static org.portunus.kernel.object.World.SEND_ONCE;
import static org.portunus.kernel.object.World.assertEmpty;
import static org.portunus.kernel.object.World.bits;
import static org.portunus.kernel.object.World.message;
import static org.portunus.kernel.object.World.port;
import static org.portunus.kernel.object.World.receive;
import static org.portunus.kernel.object.World.refs;
import static org.portunus.kernel.object.World.right;
import static org.portunus.kernel.object.World.sendOk;
import static org.portunus.kernel.object.World.type;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.IncomingMessage;

/** Rows 1 to 16 of Mach conformance, in the object layer. */
class NamesAndRightsTest {
  private final World w = new World();
  private final Space s = w.s;
  private final Space c = w.c;

  @Test
  void row01_allocateReceive() {
    int n = port(s);
    assertThat(type(s, n)).isEqualTo(bits(RightKind.RECEIVE));
    assertThat(s.status(n).orElseThrow())
        .isEqualTo(new PortStatus(0, 0, 5, 0, 0, false, false, false, false, 0));
  }

  @Test
  void row02_allocateOtherKinds() {
    int set = s.allocate(RightKind.PORT_SET).orElseThrow();
    assertThat(s.members(set).orElseThrow()).isEmpty();
    assertThat(type(s, set)).isEqualTo(bits(RightKind.PORT_SET));
    int dead = s.allocate(RightKind.DEAD_NAME).orElseThrow();
    assertThat(refs(s, dead, DEAD_NAME)).isEqualTo(1);
    assertThat(s.allocate(RightKind.SEND).result()).isEqualTo(KernReturn.INVALID_VALUE);
    assertThat(s.allocate(RightKind.SEND_ONCE).result()).isEqualTo(KernReturn.INVALID_VALUE);
  }

  @Test
  void row03_allocateName() {
    int n = port(s);
    assertThat(s.allocateName(RightKind.RECEIVE, n)).isEqualTo(KernReturn.NAME_EXISTS);
    assertThat(s.allocateName(RightKind.RECEIVE, 0)).isEqualTo(KernReturn.INVALID_VALUE);
    assertThat(s.allocateName(RightKind.RECEIVE, ~0)).isEqualTo(KernReturn.INVALID_VALUE);
    assertThat(s.allocateName(RightKind.PORT_SET, 0x4207)).isEqualTo(KernReturn.SUCCESS);
    assertThat(type(s, 0x4207)).isEqualTo(bits(RightKind.PORT_SET));
    assertThat(port(s)).isNotEqualTo(0x4207);
  }

  @Test
  void row04_insertSendOnReceive() {
    int n = port(s);
    assertThat(s.insertRight(n, n, MAKE_SEND)).isEqualTo(KernReturn.SUCCESS);
    assertThat(type(s, n)).isEqualTo(bits(RightKind.SEND, RightKind.RECEIVE));
    assertThat(refs(s, n, SEND)).isEqualTo(1);
    assertThat(s.status(n).orElseThrow().makeSendCount()).isEqualTo(1);
  }

  @Test
  void row05_insertAtBadNames() {
    int n = port(s);
    int second = port(s);
    assertThat(s.insertRight(0x03, n, MAKE_SEND)).isEqualTo(KernReturn.FAILURE);
    assertThat(s.insertRight(second ^ 0x40, n, MAKE_SEND)).isEqualTo(KernReturn.FAILURE);
    assertThat(s.insertRight(n & ~3, n, MAKE_SEND)).isEqualTo(KernReturn.INVALID_VALUE);
    assertThat(s.insertRight(second, n, MAKE_SEND)).isEqualTo(KernReturn.RIGHT_EXISTS);
    assertThat(s.insertRight(second, n, MAKE_SEND_ONCE)).isEqualTo(KernReturn.NAME_EXISTS);
    assertThat(s.insertRight(0x7fffff03, n, MAKE_SEND_ONCE)).isEqualTo(KernReturn.NO_SPACE);
    assertThat(s.status(n).orElseThrow().makeSendCount()).isZero();
  }

  @Test
  void row05_insertUnderFreeNames() {
    int n = port(s);
    assertThat(s.insertRight(0x5003, n, MAKE_SEND_ONCE)).isEqualTo(KernReturn.SUCCESS);
    assertThat(s.insertRight(0x5103, 0x5003, MOVE_SEND_ONCE)).isEqualTo(KernReturn.SUCCESS);
    assertThat(s.type(0x5003).result()).isEqualTo(KernReturn.INVALID_NAME);
    assertThat(s.insertRight(0x5203, n, MOVE_RECEIVE)).isEqualTo(KernReturn.SUCCESS);
    assertThat(type(s, 0x5203)).isEqualTo(bits(RightKind.RECEIVE));
    assertThat(s.insertRight(0x5203, 0x5203, MOVE_RECEIVE)).isEqualTo(KernReturn.SUCCESS);
    assertThat(type(s, 0x5103)).isEqualTo(bits(RightKind.SEND_ONCE));
  }

  @Test
  void row06_insertSetAsRight() {
    int set = s.allocate(RightKind.PORT_SET).orElseThrow();
    assertThat(s.insertRight(0x5003, set, MAKE_SEND)).isEqualTo(KernReturn.INVALID_RIGHT);
    assertThat(s.insertRight(0x5003, set, COPY_SEND)).isEqualTo(KernReturn.INVALID_RIGHT);
  }

  @Test
  void row07_onePortOneName() {
    List<List<Boolean>> orders =
        List.of(
            List.of(true, false, false), List.of(false, true, false), List.of(false, false, true));
    for (List<Boolean> order : orders) {
      int n = port(s);
      int target = port(c);
      int toTarget = w.sendRight(c, target, s);
      s.insertRight(n, n, MAKE_SEND);
      Set<Integer> names = new HashSet<>();
      for (boolean receiveRight : order) {
        sendOk(
            s,
            message(right(toTarget, COPY_SEND), right(n, receiveRight ? MOVE_RECEIVE : COPY_SEND)));
        names.add(receive(c, target).ports().getFirst().name());
      }
      assertThat(names).hasSize(1);
      int name = names.iterator().next();
      assertThat(type(c, name)).isEqualTo(bits(RightKind.SEND, RightKind.RECEIVE));
      assertThat(refs(c, name, SEND)).isEqualTo(2);
    }
  }

  @Test
  void row08_sendOnceRightsHaveNamesOfTheirOwn() {
    int n = port(s);
    int first = w.sendOnceRight(s, n, c);
    int second = w.sendOnceRight(s, n, c);
    assertThat(first).isNotEqualTo(second);
    assertThat(refs(c, first, SEND_ONCE)).isEqualTo(1);
    assertThat(refs(c, second, SEND_ONCE)).isEqualTo(1);
  }

  @Test
  void row09_modRefsOfKindsNotHeld() {
    int n = port(s);
    int set = s.allocate(RightKind.PORT_SET).orElseThrow();
    for (int kind = 0; kind < 7; kind++) {
      KernReturn onPort = kind == RECEIVE ? KernReturn.SUCCESS : KernReturn.INVALID_RIGHT;
      KernReturn onSet = kind == PORT_SET ? KernReturn.SUCCESS : KernReturn.INVALID_RIGHT;
      int port = kind == RECEIVE ? port(s) : n;
      int other = kind == PORT_SET ? s.allocate(RightKind.PORT_SET).orElseThrow() : set;
      assertThat(s.modRefs(port, kind, -1)).isEqualTo(kind < 6 ? onPort : KernReturn.INVALID_VALUE);
      assertThat(s.modRefs(other, kind, -1)).isEqualTo(kind < 6 ? onSet : KernReturn.INVALID_VALUE);
    }
    assertThat(s.modRefs(n, -1, -1)).isEqualTo(KernReturn.INVALID_VALUE);
  }

  @Test
  void row10_modRefsByImpossibleDifferences() {
    int n = port(s);
    int set = s.allocate(RightKind.PORT_SET).orElseThrow();
    int once = w.sendOnceRight(s, n, s);
    for (int delta : new int[] {1, 2, -2, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertThat(s.modRefs(n, RECEIVE, delta)).isEqualTo(KernReturn.INVALID_VALUE);
      assertThat(s.modRefs(set, PORT_SET, delta)).isEqualTo(KernReturn.INVALID_VALUE);
      assertThat(s.modRefs(once, SEND_ONCE, delta)).isEqualTo(KernReturn.INVALID_VALUE);
    }
    assertThat(s.modRefs(n, RECEIVE, 0)).isEqualTo(KernReturn.SUCCESS);
    assertThat(s.modRefs(set, PORT_SET, 0)).isEqualTo(KernReturn.SUCCESS);
    assertThat(s.modRefs(once, SEND_ONCE, 0)).isEqualTo(KernReturn.SUCCESS);
  }

  @Test
  void row12_referencesUnderflowAndPeg() {
    int n = port(s);
    s.insertRight(n, n, MAKE_SEND);
    assertThat(s.modRefs(n, SEND, -2)).isEqualTo(KernReturn.INVALID_VALUE);
    assertThat(s.modRefs(n, SEND, 65536)).isEqualTo(KernReturn.INVALID_VALUE);
    assertThat(s.modRefs(n, SEND, 65535)).isEqualTo(KernReturn.SUCCESS);
    assertThat(refs(s, n, SEND)).isEqualTo(MachLimits.UREFS_MAX);
    assertThat(s.modRefs(n, SEND, -5)).isEqualTo(KernReturn.SUCCESS);
    assertThat(s.deallocate(n)).isEqualTo(KernReturn.SUCCESS);
    assertThat(refs(s, n, SEND)).isEqualTo(MachLimits.UREFS_MAX);
    assertThat(s.modRefs(n, SEND, -65535)).isEqualTo(KernReturn.SUCCESS);
    assertThat(type(s, n)).isEqualTo(bits(RightKind.RECEIVE));
    int dead = s.allocate(RightKind.DEAD_NAME).orElseThrow();
    assertThat(s.modRefs(dead, DEAD_NAME, -2)).isEqualTo(KernReturn.INVALID_VALUE);
    assertThat(s.modRefs(dead, DEAD_NAME, 3)).isEqualTo(KernReturn.SUCCESS);
    assertThat(refs(s, dead, DEAD_NAME)).isEqualTo(4);
  }

  @Test
  void row13_deallocate() {
    int n = port(s);
    assertThat(s.deallocate(n)).isEqualTo(KernReturn.INVALID_RIGHT);
    assertThat(c.deallocate(w.sendRight(s, n, c))).isEqualTo(KernReturn.SUCCESS);
    assertThat(c.deallocate(w.sendOnceRight(s, n, c))).isEqualTo(KernReturn.SUCCESS);
    assertThat(c.deallocate(c.allocate(RightKind.DEAD_NAME).orElseThrow()))
        .isEqualTo(KernReturn.SUCCESS);
    assertThat(c.deallocate(World.set(c))).isEqualTo(KernReturn.SUCCESS);
    assertThat(c.entries()).isEmpty();
    assertThat(c.deallocate(0x0103)).isEqualTo(KernReturn.INVALID_NAME);
    assertThat(c.deallocate(0)).isEqualTo(KernReturn.SUCCESS);
    assertThat(c.deallocate(~0)).isEqualTo(KernReturn.SUCCESS);
  }

  @Test
  void row14_unusedSendOnceRightTellsItsReceiverOnce() {
    int n = port(s);
    Runnable[] ends = {
      () -> c.deallocate(w.sendOnceRight(s, n, c)),
      () -> c.destroy(w.sendOnceRight(s, n, c)),
      () -> c.modRefs(w.sendOnceRight(s, n, c), SEND_ONCE, -1),
      () -> w.ipc.release(s.receiveRightPort(n).orElseThrow().makeSendOnce()),
      () -> {
        w.sendOnceRight(s, n, w.o);
        w.other.terminate();
      },
    };
    for (Runnable end : ends) {
      end.run();
      assertThat(receive(s, n).id()).isEqualTo(NotificationKind.SEND_ONCE.number());
      assertEmpty(s, n);
      assertThat(s.status(n).orElseThrow().sendOnceRights()).isZero();
    }
  }

  @Test
  void row14_usedSendOnceRightTellsNothing() {
    int n = port(s);
    sendOk(c, message(right(w.sendOnceRight(s, n, c), MOVE_SEND_ONCE)));
    assertThat(receive(s, n).id()).isEqualTo(7);
    assertEmpty(s, n);
  }

  @Test
  void row15_getRefs() {
    int n = port(s);
    for (int kind = 0; kind < 6; kind++) {
      assertThat(refs(s, n, kind)).isEqualTo(kind == RECEIVE ? 1 : 0);
    }
    assertThat(s.getRefs(0x7703, SEND).result()).isEqualTo(KernReturn.INVALID_NAME);
    assertThat(s.getRefs(n, 6).result()).isEqualTo(KernReturn.INVALID_VALUE);
    assertThat(s.getRefs(0, SEND).orElseThrow()).isEqualTo(1);
    assertThat(s.getRefs(0, RECEIVE).result()).isEqualTo(KernReturn.INVALID_NAME);
  }

  @Test
  void row16_freedNamesRest() {
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      int n = port(s);
      assertThat(seen.add(n)).as("name %x again", n).isTrue();
      s.destroy(n);
      assertThat(s.type(n).result()).isEqualTo(KernReturn.INVALID_NAME);
    }
  }

  @Test
  void row43_makeCopyMove() {
    int n = port(s);
    int target = port(c);
    int toTarget = w.sendRight(c, target, s);
    sendOk(s, message(right(toTarget, COPY_SEND), right(n, MAKE_SEND)));
    assertThat(s.status(n).orElseThrow().makeSendCount()).isEqualTo(1);
    IncomingMessage made = receive(c, target);
    int name = made.ports().getFirst().name();
    assertThat(made.ports().getFirst().disposition()).isEqualTo(MOVE_SEND);

    int back = port(s);
    int toServer = w.sendRight(s, back, c);
    sendOk(c, message(right(toServer, COPY_SEND), right(name, COPY_SEND)));
    assertThat(refs(c, name, SEND)).isEqualTo(1);
    sendOk(c, message(right(toServer, COPY_SEND), right(name, MOVE_SEND)));
    assertThat(c.type(name).result()).isEqualTo(KernReturn.INVALID_NAME);
    receive(s, back);
    receive(s, back);
    assertThat(refs(s, n, SEND)).isEqualTo(2);
    sendOk(s, message(right(toTarget, COPY_SEND), right(n, MOVE_SEND), right(n, MOVE_SEND)));
    assertThat(type(s, n)).isEqualTo(bits(RightKind.RECEIVE));
    assertThat(s.status(n).orElseThrow().makeSendCount()).isEqualTo(1);
  }

  @Test
  void chosenNamesAndTheTableAgree() {
    Quota few = new Quota(40, 10, 10_000, 10);
    Space space = w.task(few).space();
    assertThat(space.allocateName(RightKind.DEAD_NAME, 0x1403)).isEqualTo(KernReturn.SUCCESS);
    for (int i = 0; i < 39; i++) {
      assertThat(space.allocate(RightKind.DEAD_NAME).orElseThrow()).isNotEqualTo(0x1403);
    }
    assertThat(space.allocate(RightKind.DEAD_NAME).result()).isEqualTo(KernReturn.NO_SPACE);
    assertThat(space.entries()).hasSize(40);
    space.entries().forEach(entry -> space.destroy(entry.name()));
    assertThat(space.entries()).isEmpty();
  }
}
