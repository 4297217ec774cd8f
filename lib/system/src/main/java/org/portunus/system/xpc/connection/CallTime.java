// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.time.Duration;
import java.util.Optional;
import org.portunus.abi.time.Deadline;

/** How long each call of a proxy may take. */
public final class CallTime {
  /** As long as it takes. */
  public static final CallTime UNLIMITED = new CallTime(Optional.empty());

  private final Optional<Duration> duration;
  private final long wire;

  private CallTime(Optional<Duration> duration) {
    this.duration = duration;
    this.wire = duration.map(Deadline::toWire).orElse(Deadline.NONE_ON_WIRE);
  }

  public static CallTime of(Duration duration) {
    return new CallTime(Optional.of(duration));
  }

  /** How long a call that begins now may take, for the wire. */
  long toWire() {
    return wire;
  }

  /** The deadline of a call that begins now. */
  Optional<Deadline> deadline() {
    return duration.map(Deadline::after);
  }

  /** Lets the time begin of a call that begins now. */
  Until begin(Until until) {
    return wire == Deadline.NONE_ON_WIRE ? until.unlimited() : until.begin(wire);
  }
}
