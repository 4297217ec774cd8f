// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.system.port.KernelResultException;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.MachMessage;
import org.portunus.system.port.MachMessages;
import org.portunus.system.port.PortName;

/**
 * Messages of many ports, handled on one thread, one after the other: the kernel serves the ports
 * in turn, so that none starves the others. What can be answered without a look at anything that
 * changes is answered by whoever reads it; the next message is received with the answer.
 */
final class Inbox {
  private static final int TURN = 64;
  private static final int SOON_MILLIS = 100;

  private final KernelSocket kernel;
  private final Consumer<Runnable> thread;
  private final PortName watched;
  private final MachMessages messages;
  private final Map<PortName, Consumer<MachMessage>> handlers = new HashMap<>();
  // Set before the first message.
  private Quick quick = _ -> Optional.empty();
  private PortName quickPort = PortName.NULL;

  /** Answers what takes no more than a look, on any thread. */
  interface Quick {
    /**
     * The answer to a message that carries no rights but the one to reply; must neither block nor
     * throw.
     *
     * @return empty when the handler is to have it
     */
    Optional<OutgoingMessage> answer(IncomingMessage message);
  }

  /**
   * @param thread runs what it is given later, on the one thread
   */
  Inbox(KernelSocket kernel, Consumer<Runnable> thread) {
    this.kernel = kernel;
    this.thread = thread;
    this.watched = kernel.allocate(RightKind.PORT_SET);
    this.messages = new MachMessages(kernel);
  }

  /** Has messages of one port answered so. Before {@link #start} only. */
  void answerAtOnce(PortName port, Quick answers) {
    quickPort = port;
    quick = answers;
  }

  /** From now on each message of the port goes to the handler, which need not close it. */
  void watch(PortName port, Consumer<MachMessage> handler) {
    handlers.put(port, handler);
    kernel.moveMember(port, watched);
  }

  /** Begins to take messages of the watched ports. */
  void start() {
    messages.receiveLater(watched, next -> guarded(() -> read(next, () -> handle(next))));
  }

  /** On the thread that reads, where nobody else would hear of a fault. */
  private void guarded(Runnable reading) {
    try {
      reading.run();
    } catch (RuntimeException | Error fault) {
      thread.accept(() -> {
        throw fault;
      });
    }
  }

  private void read(Supplier<MachMessage> next, Runnable otherwise) {
    MachMessage message;
    try {
      message = next.get();
    } catch (PortunusException | KernelResultException failure) {
      thread.accept(otherwise);
      return;
    }
    read(message);
  }

  private void read(MachMessage message) {
    IncomingMessage content = message.content();
    Optional<OutgoingMessage> answer =
        content.local() == quickPort.number()
                && content.ports().isEmpty()
                && message.descriptors().isEmpty()
            ? quick.answer(content)
            : Optional.empty();
    if (answer.isEmpty() || !answerLater(answer.get(), content)) {
      thread.accept(() -> handle(() -> message));
    }
  }

  private boolean answerLater(OutgoingMessage answer, IncomingMessage asked) {
    try {
      return messages.answerLater(
          answer, watched, next -> guarded(() -> read(next, () -> handleAfter(asked, next))));
    } catch (PortunusException failure) {
      // Too much is asked of the kernel, or it has ended: the one thread waits, or meets it, too.
      return false;
    }
  }

  /** No message came: the answer was not taken, or it was, and the next can't be received. */
  private void handleAfter(IncomingMessage asked, Supplier<MachMessage> next) {
    try (MachMessage _ = next.get()) {
      throw new IllegalStateException("a message that could not be read before");
    } catch (KernelResultException refused) {
      if (refused.result() == KernReturn.NO_SPACE) {
        // A send by a send-once right takes no name.
        startSoon();
        return;
      }
      asked.reply().ifPresent(right -> discard(right, _ -> false));
      start();
    } catch (PortunusException end) {
      throwUnlessEnded(end);
    }
  }

  private void handle(Supplier<MachMessage> next) {
    MachMessage message;
    try {
      message = next.get();
    } catch (KernelResultException refused) {
      if (refused.result() != KernReturn.NO_SPACE) {
        throw refused;
      }
      startSoon();
      return;
    } catch (PortunusException end) {
      throwUnlessEnded(end);
      return;
    }
    try (message) {
      Consumer<MachMessage> handler = handlers.get(new PortName(message.content().local()));
      if (handler == null) {
        throw new IllegalStateException("a message of a port that nobody watches");
      }
      handler.accept(message);
    } catch (PortunusException end) {
      throwUnlessEnded(end);
      return;
    }
    start();
  }

  /** Others fill the names that are left: the message waits in its port until there are some. */
  private void startSoon() {
    CompletableFuture.delayedExecutor(SOON_MILLIS, TimeUnit.MILLISECONDS)
        .execute(() -> thread.accept(this::start));
  }

  /** Of the end the one thread hears by itself. */
  private static void throwUnlessEnded(PortunusException end) {
    if (end.code() != ErrorCode.INSTANCE_ENDED) {
      throw end;
    }
  }

  /** Runs the action once, on the one thread, when the port has a message. */
  void arm(PortName port, Runnable action) {
    kernel.arm(port, () -> thread.accept(action));
  }

  /** Handles what waits in a watched port now. */
  void drain(PortName port) {
    Consumer<MachMessage> handler = handlers.get(port);
    while (handler != null && drain(port, handler) == TURN) {
      // There may be more.
    }
  }

  /** Hands over what waits in a port now, at most a turn's worth; says how many. */
  int drain(PortName port, Consumer<MachMessage> handler) {
    for (int count = 0; count < TURN; count++) {
      Optional<MachMessage> message = receive(port);
      if (message.isEmpty()) {
        return count;
      }
      try (MachMessage taken = message.get()) {
        handler.accept(taken);
      }
    }
    return TURN;
  }

  private Optional<MachMessage> receive(PortName port) {
    return kernel.receive(port, Duration.ZERO);
  }

  /**
   * Gives up every right that came with a message.
   *
   * @param keeps takes back a receive right that belongs here, and says whether it did
   */
  void discardRights(MachMessage message, Predicate<PortName> keeps) {
    message.content().ports().forEach(right -> discard(right, keeps));
    message.content().reply().ifPresent(right -> discard(right, keeps));
  }

  /** Gives up one right. One reference, not the name: the name may be in use for other rights. */
  void discard(PortDescriptor right, Predicate<PortName> keeps) {
    PortName name = new PortName(right.name());
    if (!name.isValid()) {
      return;
    }
    try {
      switch (right.disposition().arrivesAs()) {
        case RECEIVE -> {
          if (!keeps.test(name)) {
            kernel.modRefs(name, RightKind.RECEIVE, -1);
          }
        }
        case SEND, SEND_ONCE, PORT_SET, DEAD_NAME -> kernel.deallocate(name);
      }
    } catch (KernelResultException gone) {
      if (gone.result() != KernReturn.INVALID_NAME && gone.result() != KernReturn.INVALID_RIGHT) {
        throw gone;
      }
    }
  }
}
