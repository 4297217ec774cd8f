// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import org.jspecify.annotations.Nullable;
import org.portunus.abi.time.Deadline;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.system.xpc.wire.Encoder;
import org.portunus.system.xpc.wire.OutboundRights;

/**
 * A message on its way to the {@link Outbox}, without its number: what an encoder holds, or a body
 * alone. Used again for the next message of the encoder; not for several threads.
 */
final class Outbound {
  private static final byte[] NO_BODY = {};

  private final byte[] alone;
  private final @Nullable Encoder encoder;
  private Kind kind;
  private int flags;
  private int method;
  private int object;
  private long remaining = Deadline.NONE_ON_WIRE;

  /** What this encoder holds at the time of sending. */
  Outbound(Encoder encoder) {
    this.encoder = encoder;
    this.alone = NO_BODY;
    this.kind = Kind.REPLY;
  }

  private Outbound(Kind kind, byte[] body) {
    this.kind = kind;
    this.alone = body;
    this.encoder = null;
  }

  /** A body without an encoder. */
  static Outbound of(Kind kind, byte[] body) {
    return new Outbound(kind, body);
  }

  /**
   * Makes it a request.
   *
   * @param deadline how long its caller waits, for the wire; the caller's clock decides, so the
   *     time until it is sent is not counted
   */
  Outbound request(int object, int method, Answered answered, long deadline) {
    kind = Kind.REQUEST;
    flags = answered == Answered.NEVER ? ConnectionFrame.ONEWAY : 0;
    this.object = object;
    this.method = method;
    remaining = deadline;
    return this;
  }

  /** Makes it a reply. */
  Outbound reply() {
    kind = Kind.REPLY;
    flags = 0;
    object = 0;
    method = 0;
    remaining = Deadline.NONE_ON_WIRE;
    return this;
  }

  /** Whether a request has an answer. */
  enum Answered {
    ONCE,
    NEVER
  }

  Kind kind() {
    return kind;
  }

  int flags() {
    return flags;
  }

  int method() {
    return method;
  }

  int object() {
    return object;
  }

  long remaining() {
    return remaining;
  }

  byte[] body() {
    return encoder == null ? alone : encoder.array();
  }

  int length() {
    return encoder == null ? alone.length : encoder.length();
  }

  OutboundRights rights() {
    return encoder == null ? OutboundRights.NONE : encoder.rights();
  }
}
