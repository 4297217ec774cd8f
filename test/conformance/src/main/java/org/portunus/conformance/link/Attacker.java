// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.portunus.conformance.link.Control.Said;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;

/**
 * The process of the attackers: many cases at once, each on a virtual thread, each with its end of
 * a link. A case says REACHED, waits for GO, strikes, and says STRUCK with its verdict; it keeps
 * its end until it is told to LEAVE.
 */
public final class Attacker {
  /** A sealed memory file, as a file right may be. */
  static final int FILE = 11;

  private final Control control;
  private final Descriptor file = Descriptor.own(FILE);
  private final Map<Integer, CompletableFuture<Void>> go = new ConcurrentHashMap<>();
  private final Map<Integer, CompletableFuture<Void>> leave = new ConcurrentHashMap<>();

  private Attacker(Control control) {
    this.control = control;
  }

  public static void main(String[] arguments) throws LinuxException {
    new Attacker(new Control(Descriptor.own(Control.CHILD))).run();
  }

  private void run() {
    control.say("READY", 0, "");
    Optional<Said> said = control.hear();
    while (said.isPresent()) {
      int number = said.get().number();
      switch (said.get().word()) {
        case "OPEN" -> {
          go.put(number, new CompletableFuture<>());
          leave.put(number, new CompletableFuture<>());
          Said opened = said.get();
          Thread.ofVirtual().start(() -> attack(opened));
        }
        case "GO" -> of(go, number).complete(null);
        case "LEAVE" -> of(leave, number).complete(null);
        default -> throw new IllegalArgumentException(said.get().word());
      }
      said = control.hear();
    }
  }

  private static CompletableFuture<Void> of(
      Map<Integer, CompletableFuture<Void>> futures, int number) {
    return Objects.requireNonNull(futures.get(number));
  }

  private static boolean stays(Case attacked) {
    return attacked.fault() == Fault.STOPS || attacked.fault() == Fault.DIES;
  }

  private void attack(Said opened) {
    int number = opened.number();
    Case attacked = Case.parse(opened.text());
    try (RawLink link =
        new RawLink(
            opened.descriptors().getFirst(), opened.descriptors().get(1), attacked.seat())) {
      Attack attack = new Attack(attacked, link, file);
      String verdict;
      try {
        attack.reach();
        control.say("REACHED", number, "");
        of(go, number).join();
        new Strikes(attack).strike();
        verdict = stays(attacked) ? "OK stays" : attack.aftermath();
      } catch (AssertionError | RuntimeException failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        verdict = "the attacker failed: " + trace;
        control.say("REACHED", number, "");
      }
      control.say("STRUCK", number, verdict);
      if (stays(attacked)) {
        of(leave, number).join();
      }
    } catch (LinuxException failure) {
      control.say("STRUCK", number, "no link: " + failure);
    } finally {
      go.remove(number);
      leave.remove(number);
    }
  }
}
