// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.TicketKind;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.PortName;

/**
 * The rights of a message that is being made or sent, in order. Each is in use until {@link
 * #clear}. For one thread at a time.
 */
public final class OutboundRights {
  /** None. */
  public static final OutboundRights NONE = new OutboundRights(0);

  private final TicketKind[] kinds;
  private final @Nullable HeldRight[] held;
  private final boolean[] owned;
  private final int[] numbers;
  private final @Nullable Disposition[] dispositions;
  private int count;
  private int ports;

  OutboundRights() {
    this(KernelFrame.MAX_DESCRIPTORS);
  }

  private OutboundRights(int most) {
    kinds = new TicketKind[most];
    held = new @Nullable HeldRight[most];
    owned = new boolean[most];
    numbers = new int[most];
    dispositions = new @Nullable Disposition[most];
  }

  public int count() {
    return count;
  }

  boolean isFull() {
    return count == kinds.length;
  }

  public boolean hasPorts() {
    return ports > 0;
  }

  public TicketKind kind(int index) {
    return kinds[index];
  }

  /** How many descriptors there are. */
  public int descriptorCount() {
    return count - ports;
  }

  /** Numbers of open descriptors, of a message without port rights; the first ones count. */
  public int[] descriptors() {
    return numbers;
  }

  /** The number of an open descriptor. */
  public int descriptor(int index) {
    return numbers[index];
  }

  /** What the kernel is to do with a name of this task's; empty for a descriptor. */
  public Optional<PortDescriptor> port(int index) {
    return kinds[index] == TicketKind.PORT
        ? Optional.of(
            new PortDescriptor(
                port(held[index]).name().number(), Objects.requireNonNull(dispositions[index])))
        : Optional.empty();
  }

  private static HeldPort port(@Nullable HeldRight right) {
    return (HeldPort) Objects.requireNonNull(right);
  }

  /** Whether the names of all port rights are of this kernel socket. */
  public boolean areOf(KernelSocket kernel) {
    for (int i = 0; i < count; i++) {
      if (kinds[i] == TicketKind.PORT && port(held[i]).kernel() != kernel) {
        return false;
      }
    }
    return true;
  }

  /** The message was not sent, and the kernel gave its port rights back, under these names. */
  public void returned(Iterable<PortDescriptor> names) {
    var next = names.iterator();
    for (int i = 0; i < count; i++) {
      if (kinds[i] == TicketKind.PORT && next.hasNext()) {
        int name = next.next().name();
        if (moves(i)) {
          port(held[i]).returnedAs(new PortName(name));
        } else {
          // A second reference, or another right: the one that was copied is still there.
          port(held[i]).kernel().giveUp(new PortDescriptor(name, arrival(i)));
        }
      }
    }
  }

  private Disposition arrival(int index) {
    return Objects.requireNonNull(dispositions[index]).arrivesAs()
            == org.portunus.abi.mach.RightKind.SEND_ONCE
        ? Disposition.MOVE_SEND_ONCE
        : Disposition.MOVE_SEND;
  }

  /** Whether one of them is gone from here once the message was sent. */
  public boolean hasMoving() {
    for (int i = 0; i < count; i++) {
      if (moves(i)) {
        return true;
      }
    }
    return false;
  }

  private boolean moves(int index) {
    Disposition disposition = dispositions[index];
    return disposition == Disposition.MOVE_RECEIVE
        || disposition == Disposition.MOVE_SEND
        || disposition == Disposition.MOVE_SEND_ONCE;
  }

  /**
   * Adds a right that is in use already.
   *
   * @param own closed with the message
   */
  void add(TicketKind kind, HeldRight right, int number, boolean own) {
    kinds[count] = kind;
    held[count] = right;
    owned[count] = own;
    numbers[count] = number;
    dispositions[count++] = null;
  }

  void addPort(HeldPort right, Disposition disposition, boolean own) {
    add(TicketKind.PORT, right, 0, own);
    dispositions[count - 1] = disposition;
    ports++;
  }

  /** The peer has them now: what moved is gone from here. */
  void sent() {
    for (int i = 0; i < count; i++) {
      if (moves(i)) {
        port(held[i]).movedAway();
      }
    }
  }

  void clear() {
    for (int i = 0; i < count; i++) {
      HeldRight right = Objects.requireNonNull(held[i]);
      right.unhold();
      if (owned[i]) {
        right.close();
      }
      held[i] = null;
    }
    count = 0;
    ports = 0;
  }
}
