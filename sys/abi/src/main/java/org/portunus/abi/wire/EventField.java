// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.Optional;
import org.portunus.abi.id.EventId;

/**
 * The id of the event that led to a message, in that message: u8 1, i32 epoch, i64 counter; or u8 0
 * if there is none.
 */
public final class EventField {
  private EventField() {}

  /** Writes it. */
  public static WireWriter write(WireWriter out, Optional<EventId> event) {
    out.u8(event.isPresent() ? 1 : 0);
    event.ifPresent(id -> out.i32(id.epoch()).i64(id.counter()));
    return out;
  }

  /** Writes it where it is the end: nothing if there is none. */
  static WireWriter writeLast(WireWriter out, Optional<EventId> event) {
    return event.isPresent() ? write(out, event) : out;
  }

  public static Optional<EventId> read(WireReader in) throws MalformedFrameException {
    int present = in.u8("event");
    if (present > 1) {
      throw new MalformedFrameException("event is " + present);
    }
    return present == 0
        ? Optional.empty()
        : Optional.of(new EventId(in.i32("epoch of an event"), in.i64("counter of an event")));
  }

  /** Reads it where it is the end. */
  static Optional<EventId> readLast(WireReader in) throws MalformedFrameException {
    return in.remaining() == 0 ? Optional.empty() : read(in);
  }
}
