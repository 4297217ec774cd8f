// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.ServiceType;
import org.portunus.system.xpc.connection.ExportTable.Export;
import org.portunus.system.xpc.wire.Decoder;
import org.portunus.system.xpc.wire.Encoder;
import org.portunus.system.xpc.wire.Peer;
import org.portunus.system.xpc.wire.Repetition;
import org.portunus.system.xpc.wire.ReplyReader;
import org.portunus.system.xpc.wire.RequestWriter;

/**
 * A message that is being made: its encoder, and the objects it passes by reference, which stay in
 * use until it was sent or dropped. Used by one thread at a time; when its encoder is closed it is
 * a spare for the next message to the same destination.
 *
 * <p>As the encoder's peer it counts exports; everything else goes to the peer that made it.
 */
final class Draft implements Peer {
  /** The recycler of drafts that are used once. */
  static final Consumer<Draft> ONCE = _ -> {};

  /** Largest sealed copy of a file, bytes. */
  private static final long MAX_COPY = 256L << 20;

  private final Peer destination;
  private final ExportTable table;
  private final List<Export> exports = new ArrayList<>();
  private final Encoder encoder;
  private final ConnectionLimits.FileRightTravel fileRights;
  private final Outbound outbound;
  private final Until until = new Until();
  private Repetition repetition = Repetition.NEVER;
  private @Nullable PendingCall answered;

  Draft(
      Peer destination,
      ExportTable table,
      int maxMessage,
      ConnectionLimits.FileRightTravel fileRights,
      Encoder.LongData longData,
      Consumer<Draft> recycler) {
    this.destination = destination;
    this.fileRights = fileRights;
    this.table = table;
    this.encoder =
        new Encoder(
            this,
            maxMessage,
            longData,
            _ -> {
              repetition = Repetition.NEVER;
              recycler.accept(this);
            });
    this.outbound = new Outbound(encoder);
  }

  /** The draft that an encoder belongs to. */
  static Draft of(Encoder encoder) {
    if (encoder.peer() instanceof Draft draft) {
      return draft;
    }
    throw new IllegalArgumentException("the encoder is of no connection");
  }

  Encoder encoder() {
    return encoder;
  }

  /** The message as it is now, to be sent; for one send at a time. */
  Outbound outbound() {
    return outbound;
  }

  /** How long whoever sends it waits. */
  Until until() {
    return until;
  }

  /** A call for this request, taken from the last one if possible. */
  PendingCall pendingCall(CallTable calls, SessionPeer adopter) {
    PendingCall last = answered;
    answered = null;
    return last != null && last.isOf(calls, adopter) ? last : new PendingCall(calls, adopter);
  }

  /** The call has ended with an answer, which is decoded before this draft is used again. */
  void keep(PendingCall call) {
    answered = call;
  }

  List<Export> exports() {
    return exports;
  }

  /** Says whether the message may be sent again after it was delivered. */
  void setRepetition(Repetition newRepetition) {
    repetition = newRepetition;
  }

  /** As {@link #setRepetition} said, but a right that moves is gone once it was delivered. */
  Repetition repetition() {
    return moves() ? Repetition.NEVER : repetition;
  }

  /** Whether it carries a right that is gone from here once it was delivered. */
  boolean moves() {
    return encoder.rights().hasMoving();
  }

  /**
   * The message may have to be sent again, to a peer that reads it: what it uses stays in use until
   * its encoder is closed. Unless a right moved with it.
   */
  void delivered() {
    if (!moves()) {
      return;
    }
    encoder.sent();
    if (!exports.isEmpty()) {
      exports.forEach(export -> table.end(export, 1));
      exports.clear();
    }
  }

  @Override
  public <T> int export(ServiceType<T> type, T implementation) {
    Export export = table.use(type, implementation);
    exports.add(export);
    return export.number();
  }

  @Override
  public void retract(int object) {
    for (int i = exports.size() - 1; i >= 0; i--) {
      Export export = exports.get(i);
      if (export.number() == object) {
        exports.remove(i);
        table.end(export, 1);
        return;
      }
    }
    throw new IllegalArgumentException("the message does not pass object " + object);
  }

  @Override
  public Optional<FileRight> copyToSend(FileRight right) {
    return switch (fileRights) {
      case DESCRIPTOR -> Optional.empty();
      case SEALED_COPY -> Optional.of(copyOf(right));
    };
  }

  private static FileRight copyOf(FileRight right) {
    try {
      return right.sealedCopy(MAX_COPY);
    } catch (IOException failure) {
      throw new PortunusException(
          ErrorCode.RIGHT_REFUSED, "the file can't be copied: " + failure.getMessage(), failure);
    }
  }

  @Override
  public Encoder request() {
    return destination.request();
  }

  @Override
  public Decoder call(int object, int method, Encoder request) {
    return destination.call(object, method, request);
  }

  @Override
  public <T extends @Nullable Object> CompletionStage<T> callStaged(
      int object, int method, Repetition repeats, RequestWriter parameters, ReplyReader<T> result) {
    return destination.callStaged(object, method, repeats, parameters, result);
  }

  @Override
  public void send(int object, int method, Encoder request) {
    destination.send(object, method, request);
  }

  @Override
  public <T> T adopt(ServiceType<T> type, int object) {
    return destination.adopt(type, object);
  }
}
