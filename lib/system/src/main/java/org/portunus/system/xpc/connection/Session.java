// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.lang.ref.Cleaner;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import jdk.jfr.FlightRecorder;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.Hello;
import org.portunus.system.xpc.XpcEvent;
import org.portunus.system.xpc.connection.Handshake.Accepted;
import org.portunus.system.xpc.connection.Outbound.Answered;
import org.portunus.system.xpc.connection.Outbox.Numbering;
import org.portunus.system.xpc.connection.Outbox.Sent;
import org.portunus.system.xpc.connection.PendingCall.Answer;
import org.portunus.system.xpc.wire.Decoder;
import org.portunus.system.xpc.wire.Encoder;
import org.portunus.system.xpc.wire.Peer;

/**
 * One established connection over one transport, the same for both sides but for its handshake.
 *
 * <pre>
 *   greeting --hello--> open --drain--> draining
 *      |                |  |               |
 *      |                |  +--the peer's notice--> terminating: no calls to the peer any more
 *      |                |                  |           |
 *      +----------------+------------------+-----------+--> ended: by the peer's end, its goodbye,
 *                                               a violation, or fail and close of this side
 * </pre>
 *
 * <p>The lock {@code state} guards changes of the reason of the end, of whether it drains and of
 * whether its peer does; the parts have their own locks, and none is taken under another of this
 * class. The reader thread ends the session and closes the transport; others only shut it down.
 */
final class Session {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final ErrorBody DRAINED =
      new ErrorBody(ErrorCode.TERMINATION_IMMINENT, "this side takes no answers, since it ends");

  private final long connection;
  private final Transport transport;
  private final Handshake handshake;
  private final SessionHost host;
  private final ExportTable table;
  private final HeldExports held;
  private final AdoptedObjects adopted = new AdoptedObjects();
  private final CallTable calls = new CallTable();
  private final Outbox outbox;
  private final Numbering oneway;
  private final Departures departures;
  private final IncomingCalls incoming;
  private final SessionPeer ownPeer;
  private final CompletableFuture<Optional<Accepted>> greeted = new CompletableFuture<>();
  private final CompletableFuture<ErrorBody> end = new CompletableFuture<>();
  private final ReentrantLock state = new ReentrantLock();
  private volatile Optional<ErrorBody> reason = Optional.empty();
  private volatile boolean draining;
  private volatile boolean terminating;
  private boolean noticed;

  /**
   * @param connection the kernel's number
   * @param transport becomes the session's
   * @param transactions counts the peer's calls
   */
  Session(
      long connection,
      Transport transport,
      Handshake handshake,
      SessionHost host,
      ExportTable table,
      Transactions transactions) {
    this.connection = connection;
    this.transport = transport;
    this.handshake = handshake;
    this.host = host;
    this.table = table;
    this.held = new HeldExports(table);
    this.outbox = new Outbox(transport, host.events().tracing().orElse(null));
    this.departures = new Departures("xpc-departures-" + connection, handshake.limits().maxCalls());
    this.oneway =
        new Numbering() {
          @Override
          public long next() {
            return calls.addOneway();
          }

          @Override
          public void withdraw(long unsent) {
            calls.withdraw(unsent);
          }
        };
    CallRunner runner = new CallRunner(this, outbox, held, handshake.limits());
    this.ownPeer = new SessionPeer(this, CallTime.UNLIMITED);
    this.incoming =
        new IncomingCalls(
            "xpc-handler-" + connection,
            handshake.limits(),
            transactions,
            transport.reception(),
            () -> new IncomingCall(ownPeer, draft(ownPeer, Encoder.LongData.LENT, Draft.ONCE)),
            runner::run);
  }

  /** Says hello if this side is first, and has what comes read. */
  void start() {
    SessionReader reader =
        new SessionReader(this, transport.reception(), handshake, calls, incoming, held, outbox);
    boolean started = false;
    try {
      reader.start();
      started = true;
    } finally {
      if (!started) {
        transport.close();
      }
    }
  }

  long connection() {
    return connection;
  }

  /** Completes when the session has ended; handlers that ignore it may still run. */
  CompletableFuture<ErrorBody> end() {
    return end;
  }

  /** Whether no call can be made any more. */
  boolean isEnding() {
    return reason.isPresent();
  }

  /** Whether the kernel has taken the link from both sides. */
  boolean isRevoked() {
    return transport.reception().isRevoked();
  }

  boolean isDraining() {
    return draining;
  }

  /** Whether the peer said that it ends. */
  boolean isTerminating() {
    return terminating;
  }

  Draft draft(Peer destination, Encoder.LongData longData, Consumer<Draft> recycler) {
    int limit =
        greeted
            .getNow(Optional.empty())
            .map(accepted -> accepted.agreed().maxMessage())
            .orElse(handshake.limits().maxMessage());
    return new Draft(
        destination, table, limit, handshake.limits().fileRights(), longData, recycler);
  }

  /** The peer, for handlers: calls back to it have no deadline. */
  SessionPeer ownPeer() {
    return ownPeer;
  }

  /** What holds for both; only once the hello is done. */
  Hello agreed() {
    return greeted.getNow(Optional.empty()).orElseThrow().agreed();
  }

  /** Whether the peer has another version of the interface, that was found to fit. */
  boolean hasOtherVersion() {
    return greeted.getNow(Optional.empty()).flatMap(Accepted::description).isPresent();
  }

  /** Whether the peer gets to know what caused an error: a client that understands it. */
  boolean tellsCauses() {
    return greeted.getNow(Optional.empty()).flatMap(Accepted::root).isPresent()
        && haveAgreedOn(Hello.REMOTE_CAUSES);
  }

  private boolean haveAgreedOn(long feature) {
    Optional<Accepted> known = greeted.getNow(Optional.empty());
    return known.isPresent() && (known.get().agreed().features() & feature) != 0;
  }

  Transport transport() {
    return transport;
  }

  /** The name of the interface, empty before the hello. */
  String service() {
    return greeted.getNow(Optional.empty()).map(Accepted::interfaceName).orElse("");
  }

  // Calls to the peer.

  /**
   * Makes a call and waits for its answer.
   *
   * @param remaining the deadline for the wire, as it was when the call began
   * @param adopter what adopts the objects in the reply
   */
  Decoder call(
      int object, int method, Draft draft, Until until, long remaining, SessionPeer adopter)
      throws UndeliveredException {
    PendingCall call = draft.pendingCall(calls, adopter);
    if (!FlightRecorder.isInitialized()) {
      return callOnce(call, object, method, draft, until, remaining);
    }
    CallEvent event = new CallEvent();
    event.begin();
    String outcome = "";
    try {
      Decoder reply = callOnce(call, object, method, draft, until, remaining);
      outcome = "reply";
      return reply;
    } catch (PortunusException e) {
      outcome = e.code().dotted();
      throw e;
    } finally {
      event.end();
      if (event.shouldCommit()) {
        event.connection = connection;
        event.service = service();
        event.call = call.number();
        event.method = method;
        event.outcome = outcome;
        event.commit();
      }
    }
  }

  private Decoder callOnce(
      PendingCall call, int object, int method, Draft draft, Until until, long remaining)
      throws UndeliveredException {
    Hello agreed = awaitGreeting(until);
    call.begin(agreed.maxCalls(), method);
    Outbound request = draft.outbound().request(object, method, Answered.ONCE, remaining);
    transmit(agreed, draft, request, call, until);
    return await(call, object, method, until, draft);
  }

  /**
   * Sends a request whose answer is not waited for here.
   *
   * @param remaining the deadline for the wire, as it was when the call began
   * @param adopter what adopts the objects in the reply
   */
  PendingCall begin(
      int object, int method, Draft draft, Until until, long remaining, SessionPeer adopter)
      throws UndeliveredException {
    Hello agreed = awaitGreeting(until);
    PendingCall call = new PendingCall(calls, adopter);
    call.begin(agreed.maxCalls(), method);
    Outbound request = draft.outbound().request(object, method, Answered.ONCE, remaining);
    transmit(agreed, draft, request, call, until);
    transport.reception().expect();
    return call;
  }

  /** Requests to this session's objects that nobody waits for until they are sent. */
  Departures departures() {
    return departures;
  }

  /** Asks the peer to cancel a call that was given up. Never waits. */
  void cancelCall(long number) {
    outbox.cancel(number);
  }

  /** Makes a call without reply. */
  void send(int object, int method, Draft draft, Until until, long remaining)
      throws UndeliveredException {
    Hello agreed = awaitGreeting(until);
    Outbound request = draft.outbound().request(object, method, Answered.NEVER, remaining);
    transmit(agreed, draft, request, oneway, until);
    if (held.areHeld()) {
      transport.reception().expect();
    }
  }

  private void transmit(
      Hello agreed, Draft draft, Outbound request, Numbering numbering, Until until)
      throws UndeliveredException {
    if (isTerminating()) {
      throw new UndeliveredException("the peer is about to end and takes no more requests");
    }
    MessageCheck.require(draft.encoder(), agreed, transport);
    if (!draft.exports().isEmpty()) {
      held.add(draft.exports(), agreed.maxExports());
    }
    boolean delivered = false;
    try {
      Sent sent = outbox.send(request, numbering, until);
      delivered = sent == Sent.DELIVERED;
      check(sent);
      draft.delivered();
    } finally {
      if (!delivered) {
        held.remove(draft.exports());
      }
    }
  }

  private void check(Sent sent) throws UndeliveredException {
    switch (sent) {
      case DELIVERED -> {}
      case UNDELIVERED -> {
        if (isRevoked()) {
          throw ErrorBody.revoked(connection).toException();
        }
        throw new UndeliveredException("the peer ended before it took the request");
      }
      case LATE ->
          throw new PortunusException(
              ErrorCode.DEADLINE, "the deadline came before the request could be sent");
      case INTERRUPTED ->
          throw new PortunusException(
              ErrorCode.CANCELLED, "interrupted before the request was sent");
      case REFUSED ->
          throw new PortunusException(
              ErrorCode.LIMIT_DESCRIPTORS, "Linux takes no more descriptors in flight");
      case CUT -> {
        fail(new ErrorBody(ErrorCode.LIMIT_QUEUE, "the peer did not take the rest of a request"));
        throw Thread.currentThread().isInterrupted()
            ? new PortunusException(ErrorCode.CANCELLED, "interrupted while the request was sent")
            : new PortunusException(
                ErrorCode.DEADLINE, "the deadline came while the request was sent");
      }
      case TORN -> {
        fail(new ErrorBody(ErrorCode.LIMIT_QUEUE, "the rest of a request is there no more"));
        throw new IllegalStateException("memory in the request was closed while it was sent");
      }
    }
  }

  Hello awaitGreeting(Until until) throws UndeliveredException {
    Optional<Accepted> known = greeted.getNow(Optional.empty());
    if (known.isPresent()) {
      return known.get().agreed();
    }
    try {
      Optional<Accepted> accepted =
          until.isNever() ? greeted.get() : greeted.get(until.remaining(), TimeUnit.NANOSECONDS);
      if (accepted.isPresent()) {
        return accepted.get().agreed();
      }
    } catch (TimeoutException e) {
      throw new PortunusException(
          ErrorCode.DEADLINE, "the service did not say hello before the deadline", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PortunusException(
          ErrorCode.CANCELLED, "interrupted while waiting for the service's hello", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a greeting is never exceptional", e);
    }
    ErrorBody why = reason.orElseThrow();
    if (why.code() == ErrorCode.INTERRUPTED) {
      throw new UndeliveredException("the service ended before it said hello");
    }
    throw why.toException();
  }

  private Decoder await(PendingCall call, int object, int method, Until until, Draft draft)
      throws UndeliveredException {
    try {
      transport.reception().await(call, until);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      if (call.giveUp()) {
        outbox.cancel(call.number());
        throw new PortunusException(
            ErrorCode.CANCELLED, "interrupted while waiting for the reply", e);
      }
    }
    if (!call.hasEnded() && call.giveUp()) {
      throw overdue(call.number(), method);
    }
    draft.keep(call);
    return switch (call.now()) {
      case Answer.Reply _ -> call.decode();
      case Answer.Failure failure -> {
        requireRead(call, failure, draft);
        throw named(failure.error(), object, method).toException(connection, call.number());
      }
      case Answer.GivenUp _ -> throw new IllegalStateException("only its caller gives a call up");
      case null -> throw new IllegalStateException("a call that ended without an answer");
    };
  }

  /** The peer's error, with the name of the method where this side knows it. */
  ErrorBody named(ErrorBody error, int object, int method) {
    return handshake.named(error, object, method);
  }

  private void requireRead(PendingCall call, Answer.Failure failure, Draft draft)
      throws UndeliveredException {
    if (!draft.moves() && wasNotRead(call, failure)) {
      throw new UndeliveredException("the peer ended before it read the request");
    }
  }

  /** Whether the call was interrupted by the end of a peer that had not read the request. */
  boolean wasNotRead(PendingCall call, Answer.Failure failure) {
    return failure.error().code() == ErrorCode.INTERRUPTED && !transport.wasRead(call.place());
  }

  /** A call that was given up is past its deadline: the peer and the kernel hear of it. */
  PortunusException overdue(long number, int method) {
    outbox.cancel(number);
    host.callOverdue(connection, number);
    host.events().happened(new XpcEvent.Overdue(connection, service(), number, method));
    return new PortunusException(
        ErrorCode.DEADLINE,
        "call %s of connection %s to %s"
            .formatted(
                Long.toUnsignedString(number), Long.toUnsignedString(connection), service()));
  }

  /** Gives the reference back when the proxy is collected. */
  void adopted(Object proxy, int object) {
    Outbox target = outbox;
    AdoptedObjects counted = adopted;
    CLEANER.register(
        proxy,
        () -> {
          target.release(object);
          counted.remove(object);
        });
    counted.add(object, agreed().maxExports());
  }

  // Calls of the peer.

  boolean isCancelled(IncomingCall call) {
    return incoming.isCancelled(call);
  }

  /** Runs when this session has ended and no call of the peer runs any more, at once if so. */
  void whenCallsHaveEnded(Runnable action) {
    incoming.whenNoneIsLeft(action);
  }

  /** The method of the call has returned, and its result comes later. */
  void callStaged(IncomingCall call, Runnable onCancel) {
    incoming.staged(call, onCancel);
  }

  void callEnded(IncomingCall call) {
    incoming.ended(call);
  }

  /** The answer of a staged call was sent. */
  void callAnswered() {
    incoming.answered();
  }

  /** The kernel asks to cancel; the action runs when the call has ended. */
  void cancel(long number, Runnable whenEnded) {
    incoming.cancel(number, whenEnded);
  }

  void reportFailure(IncomingCall call, ErrorBody error) {
    host.events()
        .happened(
            new XpcEvent.CallFailed(
                connection, service(), call.number(), call.method(), error.code(), error.detail()));
    refusal(call.number(), error);
  }

  private void refusal(long call, ErrorBody error) {
    if (FlightRecorder.isInitialized()) {
      new RefusalEvent().of(connection, service(), call, error);
    }
  }

  // Begin and end.

  /** The reader has heard the peer's hello. */
  void opened(Accepted accepted) {
    outbox.greeted(accepted.agreed());
    greeted.complete(Optional.of(accepted));
    noticeTermination();
    host.events().happened(new XpcEvent.Opened(connection, accepted.interfaceName()));
  }

  /** Tells the peer, takes no more requests, answers those that have come, then ends. */
  void drain() {
    state.lock();
    try {
      draining = true;
    } finally {
      state.unlock();
    }
    noticeTermination();
    transport.shutdownReceive();
  }

  /** Tells the peer once, as soon as this side drains and the peer is known to understand it. */
  private void noticeTermination() {
    boolean understood = haveAgreedOn(Hello.TERMINATION_NOTICE);
    state.lock();
    try {
      if (!understood || !draining || noticed) {
        return;
      }
      noticed = true;
    } finally {
      state.unlock();
    }
    outbox.terminate();
  }

  /** The peer answers what it has and takes no more; on the reader. */
  void terminationImminent() {
    state.lock();
    try {
      terminating = true;
    } finally {
      state.unlock();
    }
    host.events().happened(new XpcEvent.TerminationImminent(connection, service()));
    host.terminationImminent(this);
  }

  /** Ends the session; its calls get this reason. The first reason counts. */
  void close(ErrorBody why) {
    decide(why);
    transport.shutdown();
  }

  /** Tells the peer why, and ends the session. */
  void fail(ErrorBody why) {
    decide(why);
    outbox.farewell(why.toBytes());
    transport.shutdown();
  }

  private ErrorBody decide(ErrorBody why) {
    state.lock();
    try {
      if (reason.isEmpty()) {
        reason = Optional.of(why);
      }
      return reason.get();
    } finally {
      state.unlock();
    }
  }

  /** The peer is gone without a word. */
  ErrorBody reasonOfEnd() {
    state.lock();
    try {
      if (reason.isPresent()) {
        return reason.get();
      }
      if (draining) {
        return DRAINED;
      }
    } finally {
      state.unlock();
    }
    ErrorCode code = host.reasonOfEnd();
    if (code == ErrorCode.INSTANCE_ENDED) {
      return new ErrorBody(code, "the kernel task of the instance ended");
    }
    String ended = "the other side of connection " + Long.toUnsignedString(connection) + " ended";
    Optional<String> how = calls.areOpen() ? host.howPeerEnded() : Optional.empty();
    return new ErrorBody(code, ended + how.map("; its process "::concat).orElse(""));
  }

  /** The reader has stopped; on its thread, last of all. */
  void finish(ErrorBody why, IncomingCalls.Leftover oneways) {
    if (isDraining() && !isRevoked()) {
      // Nothing is received any more, so what handlers ask the peer can't be answered.
      calls.failAll(DRAINED, host, connection);
      incoming.awaitAll();
    }
    ErrorBody decided = decide(why);
    transport.shutdown();
    greeted.complete(Optional.empty());
    calls.failAll(decided, host, connection);
    incoming.end(oneways);
    held.end();
    transport.close();
    host.events()
        .happened(new XpcEvent.Ended(connection, service(), decided.code(), decided.detail()));
    if (decided.code() == ErrorCode.PROTOCOL) {
      refusal(0, decided);
    }
    end.complete(decided);
  }
}
