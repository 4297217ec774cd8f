// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.ServiceType;
import org.portunus.system.xpc.wire.Decoder;
import org.portunus.system.xpc.wire.Encoder;
import org.portunus.system.xpc.wire.Peer;
import org.portunus.system.xpc.wire.Repetition;
import org.portunus.system.xpc.wire.ReplyReader;
import org.portunus.system.xpc.wire.RequestWriter;

/**
 * The peer of one session: for objects that it passed by reference, which end with the session.
 * Each call has the same time.
 */
final class SessionPeer implements Peer {
  private final Session session;
  private final CallTime time;
  private final Spares<Draft> drafts = new Spares<>();

  SessionPeer(Session session, CallTime time) {
    this.session = session;
    this.time = time;
  }

  @Override
  public boolean hasOtherVersion() {
    return session.hasOtherVersion();
  }

  @Override
  public Encoder request() {
    return draft().encoder();
  }

  Draft draft() {
    Draft spare = drafts.take();
    return spare == null ? session.draft(this, Encoder.LongData.LENT, drafts::give) : spare;
  }

  boolean isOf(Session other) {
    return session.equals(other);
  }

  @Override
  public Decoder call(int object, int method, Encoder request) {
    try {
      Draft draft = Draft.of(request);
      return session.call(object, method, draft, time.begin(draft.until()), time.toWire(), this);
    } catch (UndeliveredException e) {
      throw ended(e);
    }
  }

  /** An object ends with its session: nothing is repeated. */
  @Override
  public <T extends @Nullable Object> CompletionStage<T> callStaged(
      int object,
      int method,
      Repetition repetition,
      RequestWriter parameters,
      ReplyReader<T> result) {
    return StagedCall.make(
        session.departures(),
        this::sendStaged,
        session.draft(this, Encoder.LongData.COPIED, Draft.ONCE),
        object,
        method,
        Repetition.NEVER,
        time.deadline(),
        time.toWire(),
        parameters,
        result);
  }

  private void sendStaged(StagedCall<?> call) {
    try {
      call.send(session, this);
    } catch (UndeliveredException e) {
      throw ended(e);
    }
  }

  @Override
  public void send(int object, int method, Encoder request) {
    try {
      Draft draft = Draft.of(request);
      session.send(object, method, draft, time.begin(draft.until()), time.toWire());
    } catch (UndeliveredException e) {
      throw ended(e);
    }
  }

  private PortunusException ended(UndeliveredException e) {
    return session.isTerminating() || session.isDraining()
        ? new PortunusException(
            ErrorCode.TERMINATION_IMMINENT, "the object's process, or this one, is about to end", e)
        : new PortunusException(
            ErrorCode.INVALID, "the object was the peer's of a connection that has ended", e);
  }

  @Override
  public <T> int export(ServiceType<T> type, T implementation) {
    throw new IllegalStateException("objects are passed in messages: see Draft");
  }

  @Override
  public void retract(int object) {
    throw new IllegalStateException("objects are passed in messages: see Draft");
  }

  @Override
  public <T> T adopt(ServiceType<T> type, int object) {
    T proxy = type.proxy(this, object);
    session.adopted(proxy, object);
    return proxy;
  }
}
