// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.conformance.link.Control.Said;
import org.portunus.conformance.link.Fault.Outcome;
import org.portunus.conformance.link.LinkState.Seat;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.link.LinkEnd;
import org.portunus.system.link.LinkMemory;
import org.portunus.system.link.LinkSide;
import org.portunus.system.link.SeverWords;
import org.portunus.system.xpc.connection.ConnectionLimits;
import org.portunus.system.xpc.connection.LinkTransport;
import org.portunus.system.xpc.connection.Offer;
import org.portunus.system.xpc.connection.SingleService;

/**
 * The process under attack: serves or calls over each link that it is given, as any task would, and
 * says how that ended. It knows which case it is in, but does nothing about it.
 */
public final class Victim {
  static final int WORDS = 11;
  private static final Duration PATIENCE = Duration.ofMillis(200);
  static final Duration LONG = Duration.ofSeconds(30);

  private final Control control;
  private final SeverWords words;

  private Victim(Control control, SeverWords words) {
    this.control = control;
    this.words = words;
  }

  public static void main(String[] arguments) throws LinuxException {
    Control control = new Control(Descriptor.own(Control.CHILD));
    Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
      StringWriter trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace));
      control.say("BROKEN", 0, thread.getName() + ": " + trace);
    });
    new Victim(control, SeverWords.map(Descriptor.own(WORDS))).run();
  }

  private void run() {
    Optional<Said> said = control.hear();
    while (said.isPresent()) {
      switch (said.get().word()) {
        case "OPEN" -> open(said.get());
        case "HEAP" -> control.say("HEAP", 0, Integer.toString(heap()));
        default -> throw new IllegalArgumentException(said.get().word());
      }
      said = control.hear();
    }
  }

  /** KiB that are in use after a collection. */
  private static int heap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return (int) ((runtime.totalMemory() - runtime.freeMemory()) >> 10);
  }

  private void open(Said said) {
    Case opened = Case.parse(said.text());
    LinkTransport transport;
    try (Descriptor memory = said.descriptors().getFirst()) {
      LinkEnd end =
          new LinkEnd(
              LinkMemory.map(memory),
              words,
              opened.place().index(),
              opened.place().epoch(),
              opened.seat() == Seat.CLIENT ? LinkSide.SERVICE : LinkSide.CLIENT,
              ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY);
      transport = LinkTransport.of(said.descriptors().get(1), end);
    } catch (PortunusException refused) {
      said.descriptors().get(1).close();
      control.say("DONE", said.number(), "REFUSED " + refused.code());
      return;
    }
    if (opened.seat() == Seat.CLIENT) {
      serve(said.number(), transport);
    } else {
      call(said.number(), opened, transport);
    }
  }

  static ConnectionLimits limits() {
    return new ConnectionLimits(
        Frames.MAX_MESSAGE,
        16,
        Frames.MAX_CALLS,
        Frames.MAX_EXPORTS,
        2,
        1 << 20,
        64,
        ConnectionLimits.FileRightTravel.DESCRIPTOR,
        PATIENCE);
  }

  private void serve(int number, LinkTransport transport) {
    TargetService service = new TargetService();
    SingleService.Serving serving =
        SingleService.open(new Offer<>(TargetXpc.TYPE, service), transport, limits(), event -> {});
    service.onDrain(serving::drain);
    var _ =
        serving
            .end()
            .thenAccept(
                reason -> control.say("DONE", number, reason.code() + " " + reason.getMessage()));
  }

  private void call(int number, Case opened, LinkTransport transport) {
    Duration time = opened.outcome() == Outcome.TYPED ? PATIENCE : LONG;
    Runnable script =
        () -> control.say("DONE", number, new TargetScript(opened, transport, time).run());
    Thread.Builder builder =
        (opened.seed() & 4) == 0 ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
    builder.name("script-" + number).start(script);
  }
}
