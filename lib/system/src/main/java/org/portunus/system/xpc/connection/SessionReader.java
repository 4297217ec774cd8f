// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.time.Deadline;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.system.xpc.connection.Handshake.Accepted;
import org.portunus.system.xpc.connection.IncomingCalls.Leftover;
import org.portunus.system.xpc.connection.Outbox.Numbering;
import org.portunus.system.xpc.connection.Outbox.Outbound;
import org.portunus.system.xpc.connection.Reassembly.Message;
import org.portunus.system.xpc.wire.Dispatcher;
import org.portunus.system.xpc.wire.Dispatcher.MethodKind;
import org.portunus.system.xpc.wire.Peer;

/**
 * Reads and checks what the peer of a session sends, one frame after the other, on the threads that
 * the {@link Reception} says; every frame either fits or ends the session. It never waits for room
 * to send, except for the hello, which is the first frame of its direction.
 */
final class SessionReader implements Reception.Taker {
  private final Session session;
  private final Reception reception;
  private final Handshake handshake;
  private final CallTable calls;
  private final IncomingCalls incoming;
  private final HeldExports held;
  private final Outbox outbox;
  private final Reassembly reassembly = new Reassembly();
  private Optional<Accepted> accepted = Optional.empty();
  private Optional<ErrorBody> goodbye = Optional.empty();
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

  /** Reads to the end of the session, and ends it. */
  void readAll() {
    ErrorBody why = new ErrorBody(ErrorCode.INVALID, "the reader of this side failed");
    Leftover oneways = Leftover.DROP;
    try {
      handshake.first().ifPresent(this::greet);
      reception.receiveAll(this);
      why = goodbye.orElseGet(session::reasonOfEnd);
      oneways = Leftover.RUN;
    } catch (MalformedFrameException e) {
      why = new ErrorBody(ErrorCode.PROTOCOL, String.valueOf(e.getMessage()));
      session.fail(why);
    } catch (PortunusException e) {
      why = ErrorBody.of(e);
      session.fail(why);
    } catch (OutOfMemoryError e) {
      why = new ErrorBody(ErrorCode.LIMIT_MEMORY, "no memory to take what the peer sends");
      session.fail(why);
    } finally {
      reassembly.discard();
      session.finish(why, oneways);
    }
  }

  private void greet(Greeting greeting) {
    var _ =
        outbox.send(
            Outbound.of(Kind.HELLO, greeting.toBytes()),
            Numbering.of(0),
            Optional.of(Deadline.after(handshake.limits().patience())));
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
  public void take(InboundFrame frame, int length) throws MalformedFrameException {
    ByteBuffer bytes = frame.view(length);
    ConnectionFrame head = ConnectionFrame.read(bytes, frame.descriptors().size());
    if (head.hasTickets()) {
      frame.readTickets(head, bytes);
    }
    checkHead(head);
    switch (head.kind()) {
      case HELLO -> hello(bytes);
      case REQUEST -> request(head, bytes, frame);
      case REPLY -> reply(head, bytes, frame);
      case ERROR -> calls.answered(head.call()).fail(ErrorBody.read(rest(bytes)));
      case CANCEL -> incoming.cancel(head.call());
      case RELEASE -> release(head, bytes);
      case TERMINATION -> termination();
      case GOODBYE -> goodbye = Optional.of(ErrorBody.read(rest(bytes)));
    }
  }

  private void checkHead(ConnectionFrame head) throws MalformedFrameException {
    Kind kind = head.kind();
    boolean hasMessage = kind == Kind.REQUEST || kind == Kind.REPLY;
    if (accepted.isEmpty() && kind != Kind.HELLO && kind != Kind.GOODBYE) {
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
    if ((kind == Kind.CANCEL || kind == Kind.TERMINATION) && head.bodyLength() != 0) {
      throw new MalformedFrameException(kind + " with a body");
    }
    if (accepted.isPresent() && head.rights() > accepted.get().agreed().maxDescriptors()) {
      throw new MalformedFrameException(head.rights() + " rights, more than agreed");
    }
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

  private static byte[] rest(ByteBuffer bytes) {
    byte[] body = new byte[bytes.remaining()];
    bytes.get(body);
    return body;
  }

  private void hello(ByteBuffer bytes) throws MalformedFrameException {
    if (accepted.isPresent()) {
      throw new MalformedFrameException("a second hello");
    }
    Accepted outcome = handshake.accept(Greeting.read(handshake.limits().hello(), rest(bytes)));
    accepted = Optional.of(outcome);
    serves = outcome.root().isPresent();
    // This side's hello comes before any answer of its handlers, since no request has been read.
    outcome.answer().ifPresent(this::greet);
    session.opened(outcome);
  }

  private void request(ConnectionFrame head, ByteBuffer bytes, InboundFrame frame)
      throws MalformedFrameException {
    if (!reassembly.isOpen()) {
      incoming.begin(head.call());
    }
    Optional<Message> message = reassembly.add(head, bytes, frame, agreed().agreed().maxMessage());
    if (message.isPresent()) {
      dispatch(message.get());
    }
  }

  private void dispatch(Message message) throws MalformedFrameException {
    ConnectionFrame head = message.head();
    boolean taken = false;
    try {
      Dispatcher dispatcher = target(head.object());
      MethodKind declared = dispatcher.methodKind(head.method());
      if (declared != MethodKind.UNKNOWN && head.isOneway() != (declared == MethodKind.ONE_WAY)) {
        throw new MalformedFrameException(
            "method %d is %s, called %s reply"
                .formatted(head.method(), declared, head.isOneway() ? "without" : "with"));
      }
      incoming.add(
          new IncomingCall(
              head.call(),
              head.isOneway() ? IncomingCall.Kind.ONE_WAY : IncomingCall.Kind.WITH_REPLY,
              head.method(),
              dispatcher,
              message.body(),
              message.rights()),
          agreed().agreed().maxCalls());
      taken = true;
    } finally {
      if (!taken) {
        message.rights().drop();
      }
    }
  }

  private Dispatcher target(int object) throws MalformedFrameException {
    Optional<Dispatcher> found = object == Peer.ROOT ? agreed().root() : held.find(object);
    return found.orElseThrow(() ->
        new MalformedFrameException(
            "call of object " + Integer.toUnsignedString(object) + ", which the peer lacks"));
  }

  private void reply(ConnectionFrame head, ByteBuffer bytes, InboundFrame frame)
      throws MalformedFrameException {
    Optional<Message> message = reassembly.add(head, bytes, frame, agreed().agreed().maxMessage());
    if (message.isPresent()) {
      MessageRights rights = message.get().rights();
      boolean taken = false;
      try {
        PendingCall call = calls.answered(head.call());
        taken = true;
        call.reply(message.get().body(), rights);
      } finally {
        if (!taken) {
          rights.drop();
        }
      }
    }
  }

  private void release(ConnectionFrame head, ByteBuffer bytes) throws MalformedFrameException {
    WireReader in = new WireReader(bytes);
    int count = in.i32("references");
    in.end();
    held.release(head.object(), count);
  }

  private Accepted agreed() {
    return accepted.orElseThrow();
  }
}
