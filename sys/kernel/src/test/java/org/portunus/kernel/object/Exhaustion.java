// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;

/**
 * Main of a process that fills the objects and releases them: {@value #PORTS} ports in one task,
 * {@value #SPACES} spaces, every queue full and a sender before each. Twice, so that the first time
 * has loaded what is loaded once; the heap is looked at before and after the second.
 */
final class Exhaustion {
  static final int PORTS = 100_000;
  static final int SPACES = 1_000;
  private static final int QUEUE = 2;
  private static final int MIB = 1 << 20;
  private static final int WITHIN_PERCENT = 5;
  private static final Quota LARGE = new Quota(8 * PORTS, 8 * PORTS, 1L << 34, 8 * PORTS);

  private final Ipc ipc = new Ipc(World.token(0), new Pool(Integer.MAX_VALUE, 1L << 40));
  private long counter;
  private int ended;

  private Exhaustion() {}

  /** The last line begins with PASSED or FAILED. */
  public static void main(String[] arguments) {
    Exhaustion objects = new Exhaustion();
    // What a first, small round leaves is classes and the tables that every start has.
    objects.round(SPACES, 10);
    long before = used();
    long full = objects.round(PORTS, SPACES);
    long after = used();
    boolean back = after <= before + before * WITHIN_PERCENT / 100;
    boolean empty = objects.ipc.counts().equals(World.NOTHING);
    System.out.printf(
        "%s: heap %.2f MiB before, %.2f full, %.2f after; left: %s%n",
        back && empty ? "PASSED" : "FAILED",
        (double) before / MIB,
        (double) full / MIB,
        (double) after / MIB,
        objects.ipc.counts());
  }

  /** Bytes that can be reached. */
  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      runtime.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  private Task task() {
    counter++;
    return ipc.createTask(new TaskId(1, counter), World.token(counter), LARGE);
  }

  /** Fills all, looks at the heap, releases all: half by name, the rest by its task's end. */
  private long round(int ports, int spaces) {
    Task rich = task();
    List<Integer> names = new ArrayList<>(ports);
    for (int i = 0; i < ports; i++) {
      names.add(fill(rich.space(), rich.space()));
    }
    List<Task> others = new ArrayList<>(spaces);
    for (int i = 0; i < spaces; i++) {
      Task other = task();
      others.add(other);
      int _ = fill(other.space(), rich.space());
    }
    long full = used();
    for (int i = 0; i < ports; i += 2) {
      hold(rich.space().destroy(names.get(i)) == KernReturn.SUCCESS, "destroy");
    }
    rich.terminate();
    others.forEach(Task::terminate);
    return full;
  }

  /** A port of one space, whose queue another fills; then one more waits for room. */
  private int fill(Space receiver, Space sender) {
    int name = receiver.allocate(RightKind.RECEIVE).orElseThrow();
    hold(receiver.setQueueLimit(name, QUEUE) == KernReturn.SUCCESS, "queue limit");
    int to = sender.grantSend(receiver.receiveRightPort(name).orElseThrow()).orElseThrow();
    PortDescriptor copy = new PortDescriptor(to, Disposition.COPY_SEND);
    for (int i = 0; i < QUEUE; i++) {
      send(sender, copy, List.of(copy));
    }
    int waiting = ipc.counts().blockedSends();
    send(sender, copy, List.of());
    hold(ipc.counts().blockedSends() == waiting + 1, "a sender waits");
    PortDescriptor at = new PortDescriptor(name, Disposition.MAKE_SEND_ONCE);
    KernReturn asked =
        receiver
            .requestNotification(name, NotificationKind.NO_SENDERS.number(), 0, Optional.of(at))
            .result();
    hold(asked == KernReturn.SUCCESS, "request");
    return name;
  }

  private void send(Space from, PortDescriptor to, List<PortDescriptor> rights) {
    OutgoingMessage message =
        new OutgoingMessage(
            OutgoingMessage.FOR_EVER, to, Optional.empty(), 7, rights, new byte[16]);
    Optional<BlockedSend> _ = from.send(message, List.of(), (result, returned) -> ended++);
  }

  private static void hold(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }
}
