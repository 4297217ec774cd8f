// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.Optional;
import java.util.concurrent.CancellationException;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.CallContext;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.abi.wire.Hello;
import org.portunus.system.xpc.CallTracing;
import org.portunus.system.xpc.connection.IncomingCalls.Left;
import org.portunus.system.xpc.connection.Outbox.Sent;
import org.portunus.system.xpc.wire.Decoder;
import org.portunus.system.xpc.wire.Dispatcher.MethodKind;
import org.portunus.system.xpc.wire.Encoder;
import org.portunus.system.xpc.wire.RightRoom;
import org.portunus.system.xpc.wire.StagedReply;

/**
 * Runs the calls of a session's peer: decode, call, answer. Whatever the implementation throws
 * becomes an answer; memory and stack that run out do too, and the process lives. No lock: it runs
 * on the threads of {@link IncomingCalls}, for the end of a staged call on a virtual one.
 */
final class CallRunner {
  /** Most rights of the peer's that the implementation keeps at once. */
  private static final int MAX_KEPT_RIGHTS = 256;

  private final RightRoom kept = new RightRoom(MAX_KEPT_RIGHTS);
  private final Session session;
  private final Outbox outbox;
  private final HeldExports held;
  private final ConnectionLimits limits;
  private final long patience;

  CallRunner(Session session, Outbox outbox, HeldExports held, ConnectionLimits limits) {
    this.session = session;
    this.outbox = outbox;
    this.held = held;
    this.limits = limits;
    this.patience = limits.patience().toNanos();
  }

  /** Runs the call to its end or to its stage. Never throws: what can't be answered ends all. */
  Left run(IncomingCall call) {
    if (FlightRecorder.isInitialized()) {
      call.recorded = new HandledCallEvent();
      call.recorded.begin();
    }
    try {
      if (call.dispatcher().methodKind(call.method()) == MethodKind.STAGED
          && !session.isCancelled(call)) {
        return stage(call);
      }
      runAndAnswer(call);
    } catch (OutOfMemoryError | StackOverflowError | RuntimeException broken) {
      session.fail(ErrorBody.ofThrown(broken));
    }
    return Left.NOTHING;
  }

  private void runAndAnswer(IncomingCall call) {
    Draft draft = call.reply();
    try (Encoder reply = draft.encoder()) {
      ErrorBody error;
      try {
        error = execute(call, reply);
      } finally {
        session.callEnded(call);
      }
      conclude(call, draft, error);
    }
  }

  private void conclude(IncomingCall call, Draft draft, @Nullable ErrorBody error) {
    HandledCallEvent recorded = call.recorded;
    if (recorded != null) {
      call.recorded = null;
      recorded.handled(session, call, error);
    }
    if (error != null) {
      draft.encoder().clear();
      session.reportFailure(call, error);
    }
    if (call.kind() == IncomingCall.Kind.WITH_REPLY) {
      answer(call, draft, error);
    }
  }

  private @Nullable ErrorBody execute(IncomingCall call, Encoder reply) {
    if (session.isCancelled(call)) {
      call.rights().drop();
      return new ErrorBody(ErrorCode.CANCELLED, "cancelled before it started");
    }
    if (call.dispatcher().methodKind(call.method()) == MethodKind.UNKNOWN) {
      call.rights().drop();
      return new ErrorBody(
          ErrorCode.UNKNOWN_METHOD, "the other end's interface has no method " + call.method());
    }
    try (Decoder arguments = arguments(call)) {
      CallTracing.Scope traced = enter(call);
      try {
        call.dispatcher().dispatch(session.ownPeer(), call.method(), arguments, reply);
      } finally {
        if (traced != null) {
          traced.close();
        }
      }
      return null;
    } catch (Throwable thrown) {
      return failure(call, thrown);
    }
  }

  private CallTracing.@Nullable Scope enter(IncomingCall call) {
    CallTracing tracing = outbox.tracing();
    CallContext context = call.context;
    return tracing == null || context == null ? null : tracing.enter(context);
  }

  private Decoder arguments(IncomingCall call) {
    if (kept.isFull() && call.rights().any()) {
      call.rights().drop();
      throw new PortunusException(
          ErrorCode.LIMIT_DESCRIPTORS,
          "the implementation keeps %d rights of this connection".formatted(kept.limit()));
    }
    return call.arguments().keptIn(kept);
  }

  private ErrorBody failure(IncomingCall call, Throwable thrown) {
    boolean byCancel =
        thrown instanceof InterruptedException || thrown instanceof CancellationException;
    return byCancel && session.isCancelled(call)
        ? new ErrorBody(ErrorCode.CANCELLED, "cancelled while it ran")
        : ErrorBody.ofThrown(thrown);
  }

  /** Runs the method; the rest follows when the stage that it returned has ended. */
  private Left stage(IncomingCall call) {
    SessionPeer peer = session.ownPeer();
    Decoder arguments = null;
    Optional<StagedReply<?>> staged = Optional.empty();
    ErrorBody error = null;
    try {
      arguments = arguments(call);
      CallTracing.Scope traced = enter(call);
      try {
        staged = Optional.of(call.dispatcher().dispatchStaged(peer, call.method(), arguments));
      } finally {
        if (traced != null) {
          traced.close();
        }
      }
    } catch (Throwable thrown) {
      error = failure(call, thrown);
    }
    if (staged.isPresent() && arguments != null) {
      StagedReply<?> reply = staged.get();
      Decoder open = arguments;
      session.callStaged(call, reply::cancel);
      reply.whenDone(StagedCall.COMPLETIONS, () -> finish(call, open, reply));
      return Left.ANSWER;
    }
    if (arguments != null) {
      arguments.close();
    }
    session.callEnded(call);
    Draft draft = call.reply();
    try {
      conclude(call, draft, error);
    } finally {
      draft.encoder().close();
    }
    return Left.NOTHING;
  }

  private void finish(IncomingCall call, Decoder arguments, StagedReply<?> staged) {
    try {
      Draft draft = call.reply();
      try (Encoder reply = draft.encoder()) {
        ErrorBody error = null;
        try (arguments) {
          staged.write(reply);
        } catch (Throwable thrown) {
          error = failure(call, thrown);
        } finally {
          session.callEnded(call);
        }
        conclude(call, draft, error);
      }
    } catch (OutOfMemoryError | StackOverflowError | RuntimeException broken) {
      session.fail(ErrorBody.ofThrown(broken));
    } finally {
      session.callAnswered();
    }
  }

  private void answer(IncomingCall call, Draft draft, @Nullable ErrorBody error) {
    ErrorBody failure = error == null ? refusal(draft) : error;
    if (failure != null) {
      draft.encoder().clear();
      if (!session.isDraining()) {
        sendError(call, failure);
      }
      return;
    }
    Sent sent = transmit(call, draft.outbound().reply());
    if (sent == Sent.DELIVERED) {
      draft.delivered();
      return;
    }
    held.remove(draft.exports());
    if (sent == Sent.REFUSED) {
      sendError(
          call,
          new ErrorBody(ErrorCode.LIMIT_DESCRIPTORS, "the result's descriptors can't travel now"));
    }
  }

  /** Whether the reply fits into what was agreed; if so, its objects are the peer's from now on. */
  private @Nullable ErrorBody refusal(Draft draft) {
    Hello agreed = session.agreed();
    Encoder reply = draft.encoder();
    try {
      MessageCheck.require(reply, agreed, session.transport());
      if (!draft.exports().isEmpty()) {
        held.add(draft.exports(), agreed.maxExports());
      }
      return null;
    } catch (PortunusException e) {
      return ErrorBody.of(e);
    }
  }

  private void sendError(IncomingCall call, ErrorBody error) {
    byte[] body = session.tellsCauses() ? error.toTracedBytes() : error.toBytes();
    Sent _ = transmit(call, Outbound.of(Kind.ERROR, body));
  }

  private Sent transmit(IncomingCall call, Outbound message) {
    Sent sent = outbox.send(message, call, call.reply().until().begin(patience));
    if (sent == Sent.LATE || sent == Sent.CUT || sent == Sent.TORN || sent == Sent.INTERRUPTED) {
      session.fail(
          new ErrorBody(ErrorCode.LIMIT_QUEUE, "the peer took no reply in " + limits.patience()));
    }
    return sent;
  }
}
