// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.portunus.system.xpc.ServiceType;
import org.portunus.system.xpc.wire.Decoder;
import org.portunus.system.xpc.wire.Encoder;
import org.portunus.system.xpc.wire.Peer;
import org.portunus.system.xpc.wire.Repetition;
import org.portunus.system.xpc.wire.ReplyReader;
import org.portunus.system.xpc.wire.RequestWriter;

/** The peer of a lasting connection: for the service itself. */
public final class ServicePeer implements Peer {
  private final ServiceLink link;
  private final CallTime time;
  private final Spares<Draft> drafts = new Spares<>();
  private volatile @Nullable SessionPeer last;

  public ServicePeer(ServiceLink link, CallTime time) {
    this.link = link;
    this.time = time;
  }

  @Override
  public void connect() {
    link.connect(Until.of(time.deadline()));
  }

  @Override
  public Encoder request() {
    Draft spare = drafts.take();
    return (spare == null ? link.draft(this, Encoder.LongData.LENT, drafts::give) : spare)
        .encoder();
  }

  CallTime time() {
    return time;
  }

  /** What adopts the objects in replies of this session. */
  SessionPeer peerIn(Session session) {
    SessionPeer known = last;
    if (known == null || !known.isOf(session)) {
      known = new SessionPeer(session, time);
      last = known;
    }
    return known;
  }

  @Override
  public Decoder call(int object, int method, Encoder request) {
    return link.call(object, method, Repetition.NEVER, Draft.of(request), this);
  }

  @Override
  public Decoder call(int object, int method, Repetition repetition, Encoder request) {
    return link.call(object, method, repetition, Draft.of(request), this);
  }

  @Override
  public <T extends @Nullable Object> CompletionStage<T> callStaged(
      int object,
      int method,
      Repetition repetition,
      RequestWriter parameters,
      ReplyReader<T> result) {
    return link.callStaged(object, method, repetition, this, parameters, result);
  }

  @Override
  public void send(int object, int method, Encoder request) {
    link.send(object, method, Draft.of(request), time);
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
    throw new IllegalStateException("objects are of one session: see SessionPeer");
  }
}
