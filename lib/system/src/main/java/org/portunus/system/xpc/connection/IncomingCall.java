// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.system.xpc.connection.Reassembly.Message;
import org.portunus.system.xpc.wire.Decoder;
import org.portunus.system.xpc.wire.Dispatcher;

/**
 * A call of the peer, complete, with what its handler needs to read and to answer it. The reader
 * fills it, then it is in the hands of {@link IncomingCalls}, whose lock guards everything that
 * changes there. Without it anybody may read whether it is cancelled, and the thread that runs the
 * method says that it has returned: it and who cancels agree by the stage. A call that was answered
 * by its handler is used again for another.
 *
 * <pre>
 *   WAITING --with the lock--> RUNNING --its thread--> LEFT
 *                                |  |
 *                                |  +--its thread, with the lock--> STAGED
 *                                +--who cancels, with the lock--> INTERRUPTING --> INTERRUPTED
 * </pre>
 *
 * @see IncomingCalls
 */
final class IncomingCall implements Outbox.Numbering {
  /** Whether the peer waits for an answer. */
  enum Kind {
    WITH_REPLY,
    ONE_WAY
  }

  private static final int WAITING = 0;
  private static final int RUNNING = 1;
  private static final int INTERRUPTING = 2;
  private static final int INTERRUPTED = 3;
  private static final int LEFT = 4;
  private static final int STAGED = 5;
  private static final VarHandle STAGE;

  static {
    try {
      STAGE = MethodHandles.lookup().findVarHandle(IncomingCall.class, "stage", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Decoder decoder;
  private final Draft reply;
  private final MessageBody body = new MessageBody();
  private long number;
  private Kind kind = Kind.ONE_WAY;
  private int method;
  private @Nullable Dispatcher dispatcher;
  private volatile int stage;
  private List<Runnable> whenEnded = List.of();
  private @Nullable Thread runner;
  // Of a call whose method has returned and whose result comes later.
  private @Nullable Runnable onCancel;
  private volatile boolean cancelled;

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
    STAGE.setRelease(this, WAITING);
    if (cancelled) {
      cancelled = false;
    }
  }

  /** Whether it was cancelled before or while it ran. */
  boolean isCancelled() {
    return cancelled;
  }

  /** Is cancelled before it starts, with the lock. */
  void cancelEarly() {
    cancelled = true;
  }

  /** This thread runs it from now on; with the lock. */
  void start(Thread thread) {
    runner = thread;
    // Who has to hear of the end is told by the thread itself, which looks for it then.
    STAGE.setRelease(this, whenEnded.isEmpty() ? RUNNING : INTERRUPTED);
  }

  /**
   * Its method has returned on this thread, which can't be interrupted for it any more.
   *
   * @return whether nobody has cancelled it meanwhile: then no more is to be done
   */
  boolean leave() {
    if (STAGE.compareAndSet(this, RUNNING, LEFT)) {
      return true;
    }
    while (stage == INTERRUPTING) {
      Thread.onSpinWait();
    }
    // The interrupt must not reach the next call.
    boolean _ = Thread.interrupted();
    stage = LEFT;
    return false;
  }

  /** Whether its method has returned, and it has no later result. */
  boolean hasLeft() {
    return stage == LEFT;
  }

  boolean isStaged() {
    return stage == STAGED;
  }

  /** The method has returned on this thread, and its result comes later; with the lock. */
  void stage(Runnable whenCancelled) {
    stage = STAGED;
    boolean _ = Thread.interrupted();
    runner = null;
    onCancel = whenCancelled;
    if (cancelled) {
      cancel();
    }
  }

  /** With the lock. */
  void cancel() {
    cancelled = true;
    Thread thread = runner;
    if (thread != null && STAGE.compareAndSet(this, RUNNING, INTERRUPTING)) {
      thread.interrupt();
      stage = INTERRUPTED;
    }
    if (onCancel != null) {
      StagedCall.COMPLETIONS.execute(onCancel);
      onCancel = null;
    }
  }

  /** Someone is told when it has ended; with the lock, before {@link #cancel}. */
  void tellEnd(Runnable listener) {
    List<Runnable> more = new ArrayList<>(whenEnded);
    more.add(listener);
    whenEnded = List.copyOf(more);
  }

  /** Those that are to be told of the end now; with the lock. */
  List<Runnable> takeListeners() {
    List<Runnable> told = whenEnded;
    whenEnded = List.of();
    return told;
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
    runner = null;
    onCancel = null;
  }

  MessageRights rights() {
    return body.rights();
  }
}
