// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.time.Deadline;
import org.portunus.system.xpc.ServiceType;
import org.portunus.system.xpc.XpcEvent;
import org.portunus.system.xpc.XpcEvents;
import org.portunus.system.xpc.connection.Connector.Connected;
import org.portunus.system.xpc.wire.Decoder;
import org.portunus.system.xpc.wire.Encoder;
import org.portunus.system.xpc.wire.Peer;
import org.portunus.system.xpc.wire.Repetition;
import org.portunus.system.xpc.wire.ReplyReader;
import org.portunus.system.xpc.wire.RequestWriter;

/**
 * A client's lasting connection to a service: it outlives the service's processes. A session is
 * made when a call needs one; a request that surely was not delivered goes over the next one.
 *
 * <p>The lock {@code state} guards the sessions, which of them takes calls, and the reason of the
 * end; nothing waits under it.
 */
public final class ServiceLink {
  private static final int ATTEMPTS = 4;

  private final ServiceType<?> type;
  private final Connector connector;
  private final ConnectionLimits limits;
  private final SessionHost host;
  private final ExportTable table;
  private final Departures departures;
  private final ReentrantLock state = new ReentrantLock();
  private final Set<Session> sessions = new HashSet<>();
  // The current session once it is made; what is stale in it shows when a call is made.
  private volatile @Nullable Session established;
  private Optional<CompletableFuture<Session>> current = Optional.empty();
  private Optional<ErrorBody> ended = Optional.empty();
  private Runnable interruptionHandler = () -> {};
  private Runnable terminationHandler = () -> {};
  private Consumer<PortunusException> invalidationHandler = reason -> {};

  public ServiceLink(
      ServiceType<?> type, Connector connector, ConnectionLimits limits, XpcEvents events) {
    this.type = type;
    this.connector = connector;
    this.limits = limits;
    this.table = new ExportTable(limits.maxExports());
    this.departures = new Departures("xpc-departures-" + type.name(), limits.maxCalls());
    this.host =
        new SessionHost() {
          @Override
          public ErrorCode reasonOfEnd() {
            return connector.reasonOfEnd();
          }

          @Override
          public Optional<String> howPeerEnded() {
            return connector.howPeerEnded();
          }

          @Override
          public void callOverdue(long connection, long call) {
            connector.callOverdue(connection, call);
          }

          @Override
          public void callInterrupted(long connection, long call, int method) {
            connector.callInterrupted(connection, call, method);
          }

          @Override
          public void terminationImminent(Session session) {
            retire(session);
            StagedCall.COMPLETIONS.execute(terminationHandler());
          }

          @Override
          public XpcEvents events() {
            return events;
          }
        };
  }

  /** Called when a session ended that the client did not end; the next call makes another. */
  public void onInterruption(Runnable handler) {
    state.lock();
    try {
      interruptionHandler = handler;
    } finally {
      state.unlock();
    }
  }

  /**
   * Called on a thread of its own when the service says that it is about to end: it answers what it
   * has, and the next call makes another session.
   */
  public void onTerminationImminent(Runnable handler) {
    state.lock();
    try {
      terminationHandler = handler;
    } finally {
      state.unlock();
    }
  }

  private Runnable terminationHandler() {
    state.lock();
    try {
      return terminationHandler;
    } finally {
      state.unlock();
    }
  }

  /** Called once when the link has ended for good. */
  public void onInvalidation(Consumer<PortunusException> handler) {
    Optional<ErrorBody> already;
    state.lock();
    try {
      invalidationHandler = handler;
      already = ended;
    } finally {
      state.unlock();
    }
    already.ifPresent(reason -> handler.accept(reason.toException()));
  }

  Draft draft(Peer destination, Encoder.LongData longData, Consumer<Draft> recycler) {
    return new Draft(
        destination, table, limits.maxMessage(), limits.fileRights(), longData, recycler);
  }

  /** Waits until there is a session that both sides have agreed on. */
  void connect(Until until) {
    var _ = attempt(until, session -> session.awaitGreeting(until));
  }

  /** A call of the service itself, over a session that is made if need be. */
  Decoder call(int object, int method, Repetition repetition, Draft draft, ServicePeer caller) {
    Until until = caller.time().begin(draft.until());
    draft.setRepetition(repetition);
    if (draft.repetition() == Repetition.NEVER) {
      return callOnce(object, method, draft, until, caller);
    }
    try {
      return callOnce(object, method, draft, until, caller);
    } catch (PortunusException e) {
      if (e.code() != ErrorCode.INTERRUPTED || e.getCause() instanceof UndeliveredException) {
        throw e;
      }
    }
    return attempt(
        until,
        session -> {
          repeats(session, method);
          return callOver(session, object, method, draft, until, caller);
        });
  }

  private Decoder callOnce(int object, int method, Draft draft, Until until, ServicePeer caller) {
    Session ready = ready();
    if (ready != null) {
      try {
        return callOver(ready, object, method, draft, until, caller);
      } catch (UndeliveredException e) {
        retire(ready);
      }
    }
    return attempt(until, session -> callOver(session, object, method, draft, until, caller));
  }

  private static Decoder callOver(
      Session session, int object, int method, Draft draft, Until until, ServicePeer caller)
      throws UndeliveredException {
    return session.call(
        object, method, draft, until, caller.time().toWire(), caller.peerIn(session));
  }

  /** The session that takes calls, if it is known without waiting. */
  private @Nullable Session ready() {
    Session known = established;
    return known == null || known.isEnding() ? null : known;
  }

  private void repeats(Session session, int method) {
    host.events().happened(new XpcEvent.Repeated(session.connection(), type.name(), method));
  }

  /** The same without waiting. */
  <T extends @Nullable Object> CompletionStage<T> callStaged(
      int object,
      int method,
      Repetition repetition,
      ServicePeer caller,
      RequestWriter parameters,
      ReplyReader<T> result) {
    CallTime time = caller.time();
    Optional<Deadline> deadline = time.deadline();
    return StagedCall.make(
        departures,
        call -> sendStaged(call, Until.of(deadline), caller),
        draft(caller, Encoder.LongData.COPIED, Draft.ONCE),
        object,
        method,
        repetition,
        deadline,
        time.toWire(),
        parameters,
        result);
  }

  private void sendStaged(StagedCall<?> call, Until until, ServicePeer caller) {
    attempt(
        until,
        session -> {
          if (call.isRepetition()) {
            repeats(session, call.method());
          }
          call.send(session, caller.peerIn(session));
          return Boolean.TRUE;
        });
  }

  /** The same without reply. */
  void send(int object, int method, Draft draft, CallTime time) {
    Until until = time.begin(draft.until());
    Session ready = ready();
    if (ready != null) {
      try {
        ready.send(object, method, draft, until, time.toWire());
        return;
      } catch (UndeliveredException e) {
        retire(ready);
      }
    }
    attempt(
        until,
        session -> {
          session.send(object, method, draft, until, time.toWire());
          return Boolean.TRUE;
        });
  }

  /** One try over one session. */
  private interface Try<R> {
    R over(Session session) throws UndeliveredException;
  }

  private <R> R attempt(Until until, Try<R> call) {
    for (int i = 1; ; i++) {
      Session session = session(until);
      try {
        return call.over(session);
      } catch (UndeliveredException e) {
        retire(session);
        if (i == ATTEMPTS) {
          throw new PortunusException(
              ErrorCode.INTERRUPTED,
              "%s ended %d times before it took the call, which had no effect"
                  .formatted(type.name(), ATTEMPTS),
              e);
        }
      }
    }
  }

  private Session session(Until until) {
    CompletableFuture<Session> attempt;
    state.lock();
    try {
      if (ended.isPresent()) {
        throw ended.get().toException();
      }
      requireNotRevoked();
      if (current.isEmpty() || isOver(current.get())) {
        CompletableFuture<Session> connecting = new CompletableFuture<>();
        Thread.ofPlatform()
            .daemon()
            .name("xpc-connect-" + type.name())
            .start(() -> connect(connecting));
        current = Optional.of(connecting);
      }
      attempt = current.get();
    } finally {
      state.unlock();
    }
    return await(attempt, until);
  }

  /** A link that was revoked is no reason to make another: the holder of this end has lost it. */
  private void requireNotRevoked() {
    if (current.isPresent() && isOver(current.get()) && !current.get().isCompletedExceptionally()) {
      Session over = current.get().join();
      if (over.isRevoked()) {
        throw ErrorBody.revoked(over.connection()).toException();
      }
    }
  }

  /** A session that takes no requests any more may still answer those it took. */
  private void retire(Session session) {
    state.lock();
    try {
      established = null;
      if (isCurrent(session)) {
        current = Optional.empty();
      }
    } finally {
      state.unlock();
    }
  }

  private static boolean isOver(CompletableFuture<Session> attempt) {
    return attempt.isDone() && (attempt.isCompletedExceptionally() || attempt.join().isEnding());
  }

  private void connect(CompletableFuture<Session> connecting) {
    try {
      Session session = connected(connector.connect());
      established = session;
      connecting.complete(session);
    } catch (RuntimeException | OutOfMemoryError failure) {
      connecting.completeExceptionally(failure);
    }
  }

  private Session connected(Connected made) {
    boolean started = false;
    try {
      Session session =
          new Session(
              made.connection(),
              made.transport(),
              Handshake.client(type, limits),
              host,
              table,
              new Transactions());
      remember(session);
      session.start();
      started = true;
      return session;
    } finally {
      if (!started) {
        connector.closed(made.connection());
      }
    }
  }

  private void remember(Session session) {
    Optional<ErrorBody> reason;
    state.lock();
    try {
      sessions.add(session);
      reason = ended;
    } finally {
      state.unlock();
    }
    var _ = session.end().thenAccept(_ -> sessionEnded(session));
    // A close that came while the session was made could not end it.
    reason.ifPresent(session::close);
  }

  private static Session await(CompletableFuture<Session> attempt, Until until) {
    try {
      return until.isNever() ? attempt.get() : attempt.get(until.remaining(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new PortunusException(
          ErrorCode.DEADLINE, "no connection was made before the deadline", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PortunusException(ErrorCode.CANCELLED, "interrupted while connecting", e);
    } catch (ExecutionException e) {
      throw again(e);
    }
  }

  private static PortunusException again(ExecutionException failure) {
    if (failure.getCause() instanceof PortunusException reason) {
      return new PortunusException(reason.code(), ErrorBody.withoutName(reason), reason);
    }
    return new PortunusException(ErrorCode.INVALID, "no connection could be made", failure);
  }

  private void sessionEnded(Session session) {
    connector.closed(session.connection());
    Runnable handler;
    boolean revoked;
    state.lock();
    try {
      sessions.remove(session);
      if (session.equals(established)) {
        established = null;
      }
      revoked = session.isRevoked() && isCurrent(session);
      if (ended.isPresent()) {
        return;
      }
      handler = interruptionHandler;
    } finally {
      state.unlock();
    }
    if (revoked) {
      ErrorBody reason = ErrorBody.revoked(session.connection());
      end(reason.code(), reason.detail());
    } else {
      handler.run();
    }
  }

  /** With the lock. */
  private boolean isCurrent(Session session) {
    return current
        .filter(attempt ->
            attempt.isDone()
                && !attempt.isCompletedExceptionally()
                && attempt.join().equals(session))
        .isPresent();
  }

  /** Whether the link has ended for good. */
  public boolean hasEnded() {
    state.lock();
    try {
      return ended.isPresent();
    } finally {
      state.unlock();
    }
  }

  /** Ends the link for good; calls in flight and all later ones get this reason. */
  public void end(ErrorCode code, String detail) {
    ErrorBody reason = new ErrorBody(code, detail);
    List<Session> open;
    Consumer<PortunusException> handler;
    state.lock();
    try {
      if (ended.isPresent()) {
        return;
      }
      ended = Optional.of(reason);
      open = List.copyOf(sessions);
      handler = invalidationHandler;
    } finally {
      state.unlock();
    }
    open.forEach(session -> session.close(reason));
    connector.linkEnded();
    handler.accept(reason.toException());
  }
}
