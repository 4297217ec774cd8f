// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.time.Duration;
import java.util.Optional;
import org.portunus.abi.time.Deadline;

/** How long each call of a proxy may take. */
public record CallTime(Optional<Duration> duration) {
  /** As long as it takes. */
  public static final CallTime UNLIMITED = new CallTime(Optional.empty());

  public static CallTime of(Duration duration) {
    return new CallTime(Optional.of(duration));
  }

  /** How long a call that begins now may take, for the wire. */
  long toWire() {
    return duration.isPresent() ? Deadline.toWire(duration.get()) : Deadline.NONE_ON_WIRE;
  }

  /** The deadline of a call that begins now. */
  Optional<Deadline> deadline() {
    return duration.map(Deadline::after);
  }

  /** The same without an object. */
  long until() {
    return duration.isPresent() ? Until.after(duration.get()) : Until.NEVER;
  }
}
