// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.RightKind;

/**
 * An entry of a space: which kinds of right one name stands for, and to what.
 *
 * <p>Invariants: kinds are SEND, RECEIVE, both, SEND_ONCE, PORT_SET or DEAD_NAME. Exactly one of
 * port and set is present, none for a dead name. References are 1 or more for SEND and DEAD_NAME, 1
 * for SEND_ONCE, 0 for others; a count that has reached UREFS_MAX stays. The port counts the entry
 * as one send or send-once right, whatever its references. A request is only on an entry of a
 * living port, which counts those that wait for room. A diminished right is SEND alone.
 */
final class Right {
  private final int name;
  private @Nullable Port port;
  private final @Nullable PortSet set;
  private int type;
  private int references;
  private @Nullable CarriedRight request;
  private Asked asked = Asked.DEATH;
  private @Nullable Diminished diminished;
  private boolean expired;
  private @Nullable Boost boost;

  /** What a request asks to hear of, beside the port's death. */
  enum Asked {
    DEATH(0x80000000),
    /** Room in the queue, once a send was refused for want of it. */
    ROOM_LATER(0x20000000),
    /** Room in the queue. */
    ROOM(0x40000000);

    private final int typeBit;

    Asked(int typeBit) {
      this.typeBit = typeBit;
    }
  }

  private Right(int name, @Nullable Port port, @Nullable PortSet set, int type, int references) {
    this.name = name;
    this.port = port;
    this.set = set;
    this.type = type;
    this.references = references;
  }

  static Right toPort(int name, Port port, RightKind kind) {
    return new Right(name, port, null, kind.typeBit(), kind == RightKind.RECEIVE ? 0 : 1);
  }

  static Right toPort(int name, Port port, Diminished diminished) {
    Right right = toPort(name, port, RightKind.SEND);
    right.diminished = diminished;
    return right;
  }

  static Right toSet(int name, PortSet set) {
    return new Right(name, null, set, RightKind.PORT_SET.typeBit(), 0);
  }

  static Right deadName(int name) {
    return new Right(name, null, null, RightKind.DEAD_NAME.typeBit(), 1);
  }

  int name() {
    return name;
  }

  int type() {
    return type;
  }

  int references() {
    return references;
  }

  /** The powers that it is left with; null for a right with all. */
  @Nullable Diminished diminished() {
    return diminished;
  }

  /** Whether a move takes all references along, since there may be no second right. */
  boolean movesWhole() {
    Diminished less = diminished;
    return less != null && !less.copyable();
  }

  /** Whether it is the dead name of a right whose time is up. */
  boolean hasExpired() {
    return expired;
  }

  boolean is(RightKind kind) {
    return (type & kind.typeBit()) != 0;
  }

  Port port() {
    Port found = port;
    if (found == null) {
      throw new IllegalStateException("no port behind name " + Integer.toHexString(name));
    }
    return found;
  }

  PortSet set() {
    PortSet found = set;
    if (found == null) {
      throw new IllegalStateException("no set behind name " + Integer.toHexString(name));
    }
    return found;
  }

  @Nullable CarriedRight request() {
    return request;
  }

  /** MACH_PORT_TYPE_DNREQUEST, SPREQUEST or SPREQUEST_DELAYED; 0 without a request. */
  int requestBit() {
    return request == null ? 0 : asked.typeBit;
  }

  boolean awaitsRoom() {
    return request != null && asked == Asked.ROOM;
  }

  void ask(CarriedRight once, Asked what) {
    forgetRequest();
    request = once;
    asked = what;
    if (what == Asked.ROOM) {
      port().countRoomRequests(1);
    }
  }

  /** A send was refused for want of room: what waits for that waits for room now. */
  void armRequest() {
    CarriedRight once = request;
    if (once != null && asked == Asked.ROOM_LATER) {
      ask(once, Asked.ROOM);
    }
  }

  void forgetRequest() {
    if (awaitsRoom() && port != null) {
      port.countRoomRequests(-1);
    }
    request = null;
  }

  void addReceive() {
    type |= RightKind.RECEIVE.typeBit();
  }

  void removeReceive() {
    type &= ~RightKind.RECEIVE.typeBit();
  }

  void addSend() {
    type |= RightKind.SEND.typeBit();
    references = 1;
  }

  void removeSend() {
    type &= ~RightKind.SEND.typeBit();
    references = 0;
  }

  boolean isPegged() {
    return references == MachLimits.UREFS_MAX;
  }

  /** Another reference, or none if they are pegged. */
  void addReference() {
    if (!isPegged()) {
      references++;
    }
  }

  /** The caller has seen that more than one is left, or that they are pegged. */
  void removeReference() {
    if (!isPegged()) {
      references--;
    }
  }

  void setReferences(int count) {
    references = count;
  }

  /** What its holder does for the sender of the message that a send-once right came with. */
  void boost(@Nullable Boost held) {
    boost = held;
  }

  @Nullable Boost boost() {
    return boost;
  }

  @Nullable Boost takeBoost() {
    Boost taken = boost;
    boost = null;
    return taken;
  }

  void endBoost() {
    Boost ending = takeBoost();
    if (ending != null) {
      ending.end();
    }
  }

  /** The port died: what was a send or send-once right is now a dead name. */
  void die() {
    endBoost();
    type = RightKind.DEAD_NAME.typeBit();
    port = null;
    diminished = null;
  }

  /** Its time is up: as {@link #die}. */
  void expire() {
    die();
    expired = true;
  }
}
