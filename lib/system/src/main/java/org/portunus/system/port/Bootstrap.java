// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.wire.BootstrapMessage;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;

/**
 * What every task asks of launchd. Callable from any thread; each request has a reply port of its
 * own, which is gone when the method returns.
 */
public final class Bootstrap {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration END_PATIENCE = Duration.ofMillis(500);
  private static final int MAX_DETAIL = 4096;

  private final KernelSocket kernel;

  public Bootstrap(KernelSocket kernel) {
    this.kernel = kernel;
  }

  /**
   * A send right to the port of a service. Asked again, within the same time, when launchd died
   * with the question: the next one answers.
   *
   * @throws PortunusException NAME_UNKNOWN, DENIED and what else launchd answers
   */
  public PortName lookUp(String name) {
    PortName bootstrap = bootstrap("to ask for " + name);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      PortName found = ask(bootstrap, name, Duration.ofNanos(end - System.nanoTime()));
      if (found.isValid()) {
        return found;
      }
    }
  }

  /** Asks once; the name 0 if launchd died with the question. */
  private PortName ask(PortName bootstrap, String name, Duration patience) {
    if (!patience.isPositive()) {
      throw new PortunusException(
          ErrorCode.DEADLINE, "launchd did not answer for " + name + " in " + PATIENCE);
    }
    try (MachMessage answer =
        kernel
            .replies
            .ask(reply -> kernel.ask(lookUp(bootstrap, name, reply, patience), reply, patience))
            .orElseThrow(() ->
                new PortunusException(
                    ErrorCode.DEADLINE,
                    "launchd did not answer for " + name + " in " + PATIENCE))) {
      return right(answer.content(), name);
    } catch (KernelResultException e) {
      throw new PortunusException(
          ErrorCode.NAME_UNKNOWN, "launchd can't be asked for " + name + ": " + e.result(), e);
    }
  }

  private static OutgoingMessage lookUp(
      PortName bootstrap, String name, PortName reply, Duration patience) {
    return question(
        bootstrap,
        reply,
        patience,
        BootstrapMessage.LOOK_UP,
        new WireWriter().string(name).toBytes());
  }

  private static OutgoingMessage question(
      PortName bootstrap, PortName reply, Duration patience, int id, byte[] data) {
    return new OutgoingMessage(
        patience.toNanos(),
        bootstrap.as(Disposition.COPY_SEND),
        Optional.of(reply.as(Disposition.MAKE_SEND_ONCE)),
        id,
        List.of(),
        data);
  }

  /**
   * How the last process of a service ended, such as "ended by signal 11, SIGSEGV"; for whoever has
   * just lost it. Empty when launchd knows of no end, or does not answer.
   */
  public Optional<String> lastEnd(String service) {
    if (kernel.greeting().bootstrap().isEmpty() || kernel.hasEnded()) {
      return Optional.empty();
    }
    try {
      PortName bootstrap = kernel.greeting().bootstrap().get();
      byte[] data = new WireWriter().string(service).toBytes();
      try (MachMessage answer =
          kernel
              .replies
              .ask(reply ->
                  kernel.ask(
                      question(bootstrap, reply, END_PATIENCE, BootstrapMessage.LAST_END, data),
                      reply,
                      END_PATIENCE))
              .orElse(null)) {
        return answer == null ? Optional.empty() : how(answer.content());
      }
    } catch (PortunusException | KernelResultException | MalformedFrameException unknown) {
      // It would have made the message of an error better, no more.
      return Optional.empty();
    }
  }

  private static Optional<String> how(IncomingMessage answer) throws MalformedFrameException {
    if (answer.id() != BootstrapMessage.LAST_END + BootstrapMessage.REPLY) {
      return Optional.empty();
    }
    WireReader in = new WireReader(answer.data());
    return in.i32("result") == 0
        ? Optional.of(in.string("end", MAX_DETAIL)).filter(text -> !text.isEmpty())
        : Optional.empty();
  }

  /** Tells launchd that this task, which it started, serves all of its ports now. */
  public void serving() {
    PortName bootstrap = bootstrap("to tell that it serves");
    try {
      kernel.send(
          new OutgoingMessage(
              PATIENCE.toNanos(),
              bootstrap.as(Disposition.COPY_SEND),
              Optional.empty(),
              BootstrapMessage.SERVING,
              List.of(),
              new byte[0]),
          List.of());
    } catch (KernelResultException e) {
      throw new PortunusException(
          ErrorCode.NAME_UNKNOWN, "launchd can't be told that this task serves: " + e.result(), e);
    }
  }

  private PortName bootstrap(String purpose) {
    return kernel
        .greeting()
        .bootstrap()
        .orElseThrow(() ->
            new PortunusException(
                ErrorCode.NAME_UNKNOWN, "this task has no bootstrap port " + purpose));
  }

  private PortName right(IncomingMessage answer, String name) {
    if (answer.id() == NotificationKind.SEND_ONCE.number()) {
      return PortName.NULL;
    }
    try {
      WireReader in = new WireReader(answer.data());
      int error = in.i32("result");
      if (answer.id() != BootstrapMessage.LOOK_UP + BootstrapMessage.REPLY) {
        throw new MalformedFrameException("id " + answer.id());
      }
      if (error != 0) {
        String detail = in.string("detail", MAX_DETAIL);
        throw new PortunusException(ErrorCode.of(error).orElse(ErrorCode.NAME_UNKNOWN), detail);
      }
      in.end();
      if (answer.ports().size() != 1
          || answer.ports().getFirst().disposition() != Disposition.MOVE_SEND
          || !new PortName(answer.ports().getFirst().name()).isValid()) {
        throw new MalformedFrameException("rights " + answer.ports());
      }
      return new PortName(answer.ports().getFirst().name());
    } catch (MalformedFrameException e) {
      answer.ports().forEach(kernel::giveUp);
      throw new PortunusException(
          ErrorCode.PROTOCOL, "launchd's answer for " + name + ": " + e.getMessage(), e);
    }
  }
}
