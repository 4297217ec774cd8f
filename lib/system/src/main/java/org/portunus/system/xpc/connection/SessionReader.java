// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.CallContext;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.system.xpc.connection.Handshake.Accepted;
import org.portunus.system.xpc.connection.IncomingCalls.Leftover;
import org.portunus.system.xpc.connection.Reassembly.Message;
import org.portunus.system.xpc.wire.Dispatcher;
import org.portunus.system.xpc.wire.Dispatcher.MethodKind;
import org.portunus.system.xpc.wire.Peer;

/**
 * Reads and checks what the peer of a session sends, one frame after the other, on the threads that
 * the {@link Reception} says; every frame either fits or ends the session. It never waits for room
 * to send, except for the hello and the description, the first frames of their direction.
 */
final class SessionReader implements Reception.Taker {
  private final Session session;
  private final Reception reception;
  private final Handshake handshake;
  private final CallTable calls;
  private final IncomingCalls incoming;
  private final HeldExports held;
  private final Outbox outbox;
  private final FrameHead head = new FrameHead();
  private final Reassembly reassembly = new Reassembly();
  private Optional<Accepted> accepted = Optional.empty();
  // What holds once the peer's description has come and fits.
  private Optional<Accepted> undescribed = Optional.empty();
  private Optional<ErrorBody> goodbye = Optional.empty();
  private @Nullable CallContext context;
  private long contextCall;
  // Until the hello has come, too, something is expected.
  private volatile boolean serves = true;

  SessionReader(
      Session session,
      Reception reception,
      Handshake handshake,
      CallTable calls,
      IncomingCalls incoming,
      HeldExports held,
      Outbox outbox) {
    this.session = session;
    this.reception = reception;
    this.handshake = handshake;
    this.calls = calls;
    this.incoming = incoming;
    this.held = held;
    this.outbox = outbox;
  }

  /** Says hello if this side is first, then reads to the end of the session, and ends it. */
  void start() {
    handshake.first().ifPresent(this::greet);
    reception.start("xpc-reader-" + session.connection(), this, this::over);
  }

  private void over(Optional<Exception> failure) {
    Exception met = failure.orElse(null);
    ErrorBody why =
        switch (met) {
          case null -> goodbye.orElseGet(session::reasonOfEnd);
          case MalformedFrameException broken ->
              new ErrorBody(ErrorCode.PROTOCOL, String.valueOf(broken.getMessage()));
          case PortunusException refusal ->
              session.isRevoked() ? ErrorBody.revoked(session.connection()) : ErrorBody.of(refusal);
          default -> new ErrorBody(ErrorCode.INVALID, "the reader of this side failed: " + met);
        };
    if (met != null) {
      session.fail(why);
    }
    reassembly.discard();
    session.finish(why, met == null ? Leftover.RUN : Leftover.DROP);
  }

  private void greet(Greeting greeting) {
    say(Outbound.of(Kind.HELLO, greeting.toBytes()));
  }

  private void say(Outbound message) {
    var _ = outbox.send(message, () -> 0, Until.after(handshake.limits().patience()));
  }

  @Override
  public boolean isOver() {
    return goodbye.isPresent();
  }

  @Override
  public boolean hasRoom() {
    return incoming.hasRoom();
  }

  @Override
  public boolean expectsMore() {
    return calls.areOpen() || held.areHeld() || serves;
  }

  @Override
  public boolean runsOneways() {
    return incoming.runsOneways();
  }

  @Override
  public void take(InboundFrame frame, int length) throws MalformedFrameException {
    head.read(frame, length);
    checkHead();
    switch (head.kind()) {
      case HELLO -> hello(rest(frame));
      case REQUEST -> request(frame);
      case REPLY -> reply(frame);
      case ERROR -> calls.answered(head.call()).fail(error(rest(frame)));
      case CANCEL -> incoming.cancel(head.call());
      case RELEASE -> release(frame);
      case TERMINATION -> termination();
      case DESCRIPTION -> description(rest(frame));
      case CONTEXT -> context(frame);
      case GOODBYE -> goodbye = Optional.of(ErrorBody.read(rest(frame)));
    }
  }

  private void checkHead() throws MalformedFrameException {
    Kind kind = head.kind();
    boolean hasMessage = kind == Kind.REQUEST || kind == Kind.REPLY;
    if (accepted.isEmpty() && !begins(kind)) {
      throw new MalformedFrameException(kind + " before the hello");
    }
    if (reassembly.isOpen() && !hasMessage) {
      throw new MalformedFrameException(kind + " between fragments");
    }
    if (!hasMessage && (head.hasMore() || head.rights() != 0)) {
      throw new MalformedFrameException(kind + " with fragments or rights");
    }
    if (head.isOneway() && kind != Kind.REQUEST) {
      throw new MalformedFrameException(kind + " with flag ONEWAY");
    }
    if ((kind == Kind.CANCEL || kind == Kind.TERMINATION) && head.length() != 0) {
      throw new MalformedFrameException(kind + " with a body");
    }
    if (head.rights() > 0
        && accepted.isPresent()
        && head.rights() > accepted.get().agreed().maxDescriptors()) {
      throw new MalformedFrameException(head.rights() + " rights, more than agreed");
    }
  }

  private static boolean begins(Kind kind) {
    return kind == Kind.HELLO || kind == Kind.GOODBYE || kind == Kind.DESCRIPTION;
  }

  private void termination() throws MalformedFrameException {
    if ((agreed().agreed().features() & Hello.TERMINATION_NOTICE) == 0) {
      throw new MalformedFrameException("TERMINATION, which was not agreed on");
    }
    if (session.isTerminating()) {
      throw new MalformedFrameException("a second TERMINATION");
    }
    session.terminationImminent();
  }

  private void context(InboundFrame frame) throws MalformedFrameException {
    if ((agreed().agreed().features() & Hello.CALL_CONTEXT) == 0) {
      throw new MalformedFrameException("CONTEXT, which was not agreed on");
    }
    context = CallContext.read(rest(frame));
    contextCall = head.call();
  }

  /** Only a service tells its client what caused an error. */
  private ErrorBody error(byte[] body) throws MalformedFrameException {
    boolean traced = !serves && (agreed().agreed().features() & Hello.REMOTE_CAUSES) != 0;
    return traced ? ErrorBody.readTraced(body) : ErrorBody.read(body);
  }

  private byte[] rest(InboundFrame frame) throws MalformedFrameException {
    byte[] body = new byte[head.length()];
    frame.copyBody(0, body, 0, body.length);
    return body;
  }

  private void hello(byte[] body) throws MalformedFrameException {
    if (accepted.isPresent() || undescribed.isPresent()) {
      throw new MalformedFrameException("a second hello");
    }
    Accepted outcome = handshake.accept(Greeting.read(handshake.limits().hello(), body));
    // This side's hello comes before any answer of its handlers, since no request has been read.
    outcome.answer().ifPresent(this::greet);
    if (outcome.description().isPresent()) {
      undescribed = Optional.of(outcome);
      say(Outbound.of(Kind.DESCRIPTION, outcome.description().get()));
    } else {
      open(outcome);
    }
  }

  private void description(byte[] body) throws MalformedFrameException {
    if (undescribed.isEmpty()) {
      throw new MalformedFrameException("DESCRIPTION, which was not asked for");
    }
    handshake.compare(body);
    Accepted outcome = undescribed.get();
    undescribed = Optional.empty();
    open(outcome);
  }

  private void open(Accepted outcome) {
    accepted = Optional.of(outcome);
    serves = outcome.root().isPresent();
    session.opened(outcome);
  }

  private void request(InboundFrame frame) throws MalformedFrameException {
    if (!reassembly.isOpen()) {
      incoming.begin(head.call());
    }
    if (reassembly.isWhole(head)) {
      checkLength();
      IncomingCall call = incoming.spare();
      call.copy(frame, head.length());
      dispatch(call);
      return;
    }
    Optional<Message> message = reassembly.add(head, frame, agreed().agreed().maxMessage());
    if (message.isPresent()) {
      IncomingCall call = incoming.spare();
      call.adopt(message.get());
      dispatch(call);
    }
  }

  private void checkLength() throws MalformedFrameException {
    int limit = agreed().agreed().maxMessage();
    if (head.length() > limit) {
      throw new MalformedFrameException("message of more than " + limit + " bytes");
    }
  }

  private void dispatch(IncomingCall call) throws MalformedFrameException {
    boolean taken = false;
    try {
      Dispatcher dispatcher = target(head.object());
      MethodKind declared = dispatcher.methodKind(head.method());
      if (declared != MethodKind.UNKNOWN && head.isOneway() != (declared == MethodKind.ONE_WAY)) {
        throw new MalformedFrameException(
            "method %d is %s, called %s reply"
                .formatted(head.method(), declared, head.isOneway() ? "without" : "with"));
      }
      call.begin(
          head.call(),
          head.isOneway() ? IncomingCall.Kind.ONE_WAY : IncomingCall.Kind.WITH_REPLY,
          head.method(),
          dispatcher);
      if (context != null) {
        call.context = contextCall == head.call() ? context : null;
        context = null;
      }
      incoming.add(call, agreed().agreed().maxCalls());
      taken = true;
    } finally {
      if (!taken) {
        call.rights().drop();
      }
    }
  }

  private Dispatcher target(int object) throws MalformedFrameException {
    Optional<Dispatcher> found = object == Peer.ROOT ? agreed().root() : held.find(object);
    return found.orElseThrow(() ->
        new MalformedFrameException(
            "call of object " + Integer.toUnsignedString(object) + ", which the peer lacks"));
  }

  private void reply(InboundFrame frame) throws MalformedFrameException {
    if (reassembly.isWhole(head)) {
      checkLength();
      // Until a call is found for them, the rights are the frame's.
      calls.answered(head.call()).reply(frame, head.length());
      return;
    }
    Optional<Message> message = reassembly.add(head, frame, agreed().agreed().maxMessage());
    if (message.isPresent()) {
      boolean taken = false;
      try {
        PendingCall call = calls.answered(head.call());
        taken = true;
        call.reply(message.get());
      } finally {
        if (!taken) {
          message.get().rights().drop();
        }
      }
    }
  }

  private void release(InboundFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(ByteBuffer.wrap(rest(frame)));
    int count = in.i32("references");
    in.end();
    held.release(head.object(), count);
  }

  private Accepted agreed() {
    return accepted.orElseThrow();
  }
}
