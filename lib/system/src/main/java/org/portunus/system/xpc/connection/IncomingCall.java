// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.wire.CallContext;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.system.xpc.connection.Reassembly.Message;
import org.portunus.system.xpc.wire.Decoder;
import org.portunus.system.xpc.wire.Dispatcher;

/**
 * A call of the peer, complete, with what its handler needs to read and to answer it. The reader
 * fills it, then it is in the hands of {@link IncomingCalls}, whose lock guards everything that
 * changes there; whether it is cancelled may be read without it. A call that was answered by its
 * handler is used again for another.
 *
 * @see IncomingCalls
 */
final class IncomingCall implements Outbox.Numbering {
  /** Whether the peer waits for an answer. */
  enum Kind {
    WITH_REPLY,
    ONE_WAY
  }

  private final Decoder decoder;
  private final Draft reply;
  private final MessageBody body = new MessageBody();
  private long number;
  private Kind kind = Kind.ONE_WAY;
  private int method;
  private @Nullable Dispatcher dispatcher;
  List<Runnable> whenEnded = List.of();
  @Nullable Thread runner;

  /** Of a call whose method has returned and whose result comes later. */
  @Nullable Runnable onCancel;

  /** Of a call that is being recorded. */
  @Nullable HandledCallEvent recorded;

  /** What the peer told that it is part of. */
  @Nullable CallContext context;

  volatile boolean cancelled;

  /**
   * @param peer what adopts the objects in the arguments
   * @param reply what the answer is written to
   */
  IncomingCall(SessionPeer peer, Draft reply) {
    this.decoder = new Decoder(peer);
    this.reply = reply;
  }

  /** Takes a copy of the arguments. */
  void copy(InboundFrame frame, int length) throws MalformedFrameException {
    body.copy(frame, length);
  }

  /** Takes arguments that came in several frames. */
  void adopt(Message message) {
    body.adopt(message.body(), message.rights());
  }

  /** It is the call with this number from now on. */
  void begin(long newNumber, Kind newKind, int newMethod, Dispatcher target) {
    number = newNumber;
    kind = newKind;
    method = newMethod;
    dispatcher = target;
    runner = null;
    onCancel = null;
    context = null;
    if (cancelled) {
      cancelled = false;
    }
  }

  long number() {
    return number;
  }

  /** The answer has the number of the call. */
  @Override
  public long next() {
    return number;
  }

  Kind kind() {
    return kind;
  }

  int method() {
    return method;
  }

  Dispatcher dispatcher() {
    if (dispatcher == null) {
      throw new IllegalStateException("the call has not begun");
    }
    return dispatcher;
  }

  /** Bytes of the arguments. */
  int length() {
    return body.length();
  }

  /**
   * The arguments; whoever gets the decoder closes it. May wait for the rights among them.
   *
   * @throws org.portunus.abi.error.PortunusException why these can't be had
   */
  Decoder arguments() {
    return decoder.beginWithRights(body.bytes(), 0, body.length(), body.rights().take());
  }

  /** What the answer is written to; whoever gets it closes its encoder. */
  Draft reply() {
    return reply;
  }

  /** The arguments were read. */
  void dropBody() {
    body.clear();
  }

  /** Keeps nothing of the call. */
  void clear() {
    body.clear();
    dispatcher = null;
    whenEnded = List.of();
  }

  MessageRights rights() {
    return body.rights();
  }
}
