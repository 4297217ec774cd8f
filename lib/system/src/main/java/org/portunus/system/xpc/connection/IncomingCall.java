// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.portunus.system.xpc.wire.Dispatcher;

/**
 * A call of the peer, complete. Everything that changes is guarded by the lock of {@link
 * IncomingCalls}; whether it is cancelled may be read without it.
 *
 * @see IncomingCalls
 */
final class IncomingCall {
  private static final byte[] NOTHING = {};

  /** Whether the peer waits for an answer. */
  enum Kind {
    WITH_REPLY,
    ONE_WAY
  }

  private final long number;
  private final Kind kind;
  private final int method;
  private final Dispatcher dispatcher;
  private final MessageRights rights;
  private byte[] body;
  List<Runnable> whenEnded = List.of();
  @Nullable Thread runner;

  /** Of a call whose method has returned and whose result comes later. */
  @Nullable Runnable onCancel;

  volatile boolean cancelled;

  IncomingCall(
      long number,
      Kind kind,
      int method,
      Dispatcher dispatcher,
      byte[] body,
      MessageRights rights) {
    this.number = number;
    this.kind = kind;
    this.method = method;
    this.dispatcher = dispatcher;
    this.body = body;
    this.rights = rights;
  }

  long number() {
    return number;
  }

  Kind kind() {
    return kind;
  }

  int method() {
    return method;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }

  byte[] body() {
    return body;
  }

  /** The arguments were read. */
  void dropBody() {
    body = NOTHING;
  }

  MessageRights rights() {
    return rights;
  }
}
