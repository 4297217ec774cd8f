// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.portunus.conformance.link.Fault.Outcome;
import org.portunus.conformance.link.KernelPart.Link;
import org.portunus.conformance.link.LinkState.Seat;
import org.portunus.conformance.link.LinkSuite.Row;
import org.portunus.kernel.link.TaskWords;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.process.Signal;

/** One victim, one attacker at a time, a bystander, and the judge between them. */
final class Court implements AutoCloseable {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);
  private static final int WARM_CALLS = 1_500;
  private static final int HARMLESS_ROWS = 3;
  // Of a whole run, KiB: what sessions that are kept for ever would exceed.
  private static final int MOST_HEAP = 24 * 1024;

  private final KernelPart kernel;
  private final Party victim;
  private final MemoryFile file;
  private final TaskWords bystanderWords = TaskWords.create();
  private final Bystander bystander;
  private Party attacker;
  private Party.Held before = new Party.Held(0, 0);
  private int heapBefore;
  private int next = 1;
  private int alone;
  // Calls of the bystander until the last of the harmless peers had gone.
  private int beforeAttacks;

  private Court(List<String> options) throws LinuxException {
    kernel = new KernelPart();
    file = MemoryFile.sealedCopy("right", new byte[64]);
    victim = Party.start(Victim.class, options, kernel.words());
    attacker = attacker(file);
    try (Link link = kernel.make()) {
      Case honest = new Case(LinkState.GREETING, Fault.PROCESSOR, 0, link.place());
      victim.say("OPEN", 0, honest.text(), link.memory().descriptor(), link.victim());
      bystander = new Bystander(link, bystanderWords);
    }
  }

  /** Its Java machine is up before any victim waits for it. */
  private static Party attacker(MemoryFile file) throws LinuxException {
    Party started = Party.start(Attacker.class, List.of(), file.descriptor());
    if (started.await("READY", 0).isEmpty()) {
      throw new IllegalStateException("the attacker does not start");
    }
    return started;
  }

  /**
   * Starts all.
   *
   * @param options for the victim's Java machine
   */
  static Court open(List<String> options) throws IOException {
    try {
      Court court = new Court(options);
      court.settle();
      return court;
    } catch (LinuxException failure) {
      throw new IOException(failure);
    }
  }

  /** A first row that does not count: classes are loaded, pools are there. */
  private void settle() throws IOException {
    List<String> wrong = judge(new Row(LinkState.AWAKE, Fault.PROCESSOR), 0, 8);
    if (!wrong.isEmpty()) {
      throw new IOException("the first row does not pass: " + wrong);
    }
    int from = bystander.calls();
    while (bystander.calls() < from + WARM_CALLS && bystander.failure().isEmpty()) {
      LockSupport.parkNanos(1_000_000);
    }
    alone = bystander.calls();
    beforeAttacks = alone;
    before = victim.held();
    heapBefore = heap();
  }

  /**
   * Peers that come and go as attackers do, as many at once, and do no more than to say a wrong
   * processor: what the bystander waits for them is for the processors that all share.
   */
  List<String> harmless(int seeds) throws IOException {
    List<String> wrong = new ArrayList<>();
    for (LinkState state : List.of(LinkState.AWAKE, LinkState.AWAY, LinkState.ASLEEP)) {
      for (int i = 0; i < HARMLESS_ROWS; i++) {
        wrong.addAll(judge(new Row(state, Fault.PROCESSOR), (long) i * seeds, seeds));
      }
    }
    beforeAttacks = bystander.calls();
    return wrong;
  }

  private int heap() {
    victim.begin();
    victim.say("HEAP", 0, "");
    return victim.await("HEAP", 0).map(Integer::parseInt).orElse(0);
  }

  boolean isGood() {
    return victim.isAlive();
  }

  /** What is wrong with the cases of a row, each with its seed. */
  List<String> judge(Row row, long first, int seeds) throws IOException {
    List<String> wrong = new ArrayList<>();
    List<Case> cases = new ArrayList<>();
    List<Link> links = new ArrayList<>();
    int number = next;
    next += seeds;
    try {
      for (int i = 0; i < seeds; i++) {
        Link link = kernel.make();
        links.add(link);
        Case made = new Case(row.state(), row.fault(), first + i, link.place());
        cases.add(made);
        victim.say("OPEN", number + i, made.text(), link.memory().descriptor(), link.victim());
        attacker.say("OPEN", number + i, made.text(), link.memory().descriptor(), link.attacker());
      }
    } catch (LinuxException failure) {
      throw new IOException(failure);
    } finally {
      links.forEach(Link::close);
    }
    strike(row, number, cases, links, wrong);
    victim.begin();
    for (int i = 0; i < seeds; i++) {
      wrong.addAll(ended(cases.get(i), victim.await("DONE", number + i)));
      kernel.free(links.get(i));
    }
    victim.broken().forEach(thrown -> wrong.add("nobody caught in the victim: " + thrown));
    if (before.descriptors() > 0) {
      wrong.addAll(kept());
    }
    if (!bystander.failure().isEmpty()) {
      wrong.add("the honest client: " + bystander.failure());
    }
    return wrong;
  }

  private void strike(Row row, int number, List<Case> cases, List<Link> links, List<String> wrong)
      throws IOException {
    attacker.begin();
    for (int i = 0; i < cases.size(); i++) {
      if (attacker.await("REACHED", number + i).isEmpty()) {
        wrong.add("seed " + cases.get(i).seed() + ": the state was not reached");
      }
      if (row.state() == LinkState.SEVERED) {
        kernel.sever(links.get(i));
      }
    }
    attacker.begin();
    for (int i = 0; i < cases.size(); i++) {
      attacker.say("GO", number + i, "");
    }
    for (int i = 0; i < cases.size(); i++) {
      String verdict = attacker.await("STRUCK", number + i).orElse("the attacker said nothing");
      if (!verdict.startsWith("OK")) {
        wrong.add("seed %d: %s".formatted(cases.get(i).seed(), verdict));
      }
    }
    if (row.fault() == Fault.STOPS) {
      stop(number, cases, wrong);
    } else if (row.fault() == Fault.DIES) {
      replaceAttacker();
    }
  }

  /** Clients come to their end while the attacker's process stands still. */
  private void stop(int number, List<Case> cases, List<String> wrong) {
    attacker.signal(Signal.STOP);
    victim.begin();
    for (int i = 0; i < cases.size(); i++) {
      if (cases.get(i).seat() == Seat.SERVICE) {
        Optional<String> done = victim.await("DONE", number + i);
        wrong.addAll(ended(cases.get(i), done));
        victim.remember("DONE", number + i, done.orElse("none"));
      }
    }
    attacker.signal(Signal.CONTINUE);
    for (int i = 0; i < cases.size(); i++) {
      attacker.say("LEAVE", number + i, "");
    }
  }

  private void replaceAttacker() throws IOException {
    attacker.close();
    try {
      attacker = attacker(file);
    } catch (LinuxException failure) {
      throw new IOException(failure);
    }
  }

  /** What is wrong with how the victim says that a case ended. */
  private static List<String> ended(Case judged, Optional<String> said) {
    String prefix = "seed %d (%s): ".formatted(judged.seed(), judged.seat());
    if (said.isEmpty()) {
      return List.of(prefix + "the victim's end of the link never ended");
    }
    String text = said.get();
    boolean good =
        judged.seat() == Seat.CLIENT ? sessionIsGood(judged, text) : callsAreGood(judged, text);
    return good ? List.of() : List.of(prefix + text);
  }

  private static boolean sessionIsGood(Case judged, String text) {
    String code = text.substring(0, Math.max(0, text.indexOf(' ')));
    return switch (judged.outcome()) {
      case VIOLATION -> code.equals("PROTOCOL");
      case LIVES -> code.equals("INTERRUPTED");
      // INVALID is what a reader that failed says, and what the kernel's revoking is.
      case TYPED -> !code.equals("INVALID") || text.contains("revoked");
    };
  }

  private static boolean callsAreGood(Case judged, String text) {
    List<String> outcomes = List.of(text.split(" ", -1));
    if (outcomes.stream().anyMatch(outcome -> outcome.startsWith("WRONG")) || text.isEmpty()) {
      return false;
    }
    if (judged.outcome() == Outcome.VIOLATION) {
      return !outcomes.contains("DEADLINE");
    }
    boolean decode = judged.state() == LinkState.FRAGMENT;
    return judged.outcome() != Outcome.LIVES
        || outcomes.stream()
            .allMatch(outcome -> outcome.equals("ok") || (decode && outcome.equals("DECODE")));
  }

  /** Waits until the victim has given back what the cases cost it. */
  private List<String> kept() throws IOException {
    long end = System.nanoTime() + PATIENCE;
    Party.Held held = victim.held();
    while (!held.isAtMost(before) && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(2_000_000);
      held = victim.held();
    }
    return held.isAtMost(before)
        ? List.of()
        : List.of("the victim keeps %s, before it had %s".formatted(held, before));
  }

  /** Figures of the whole run. */
  List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    double alone99 = bystander.percentile(alone - WARM_CALLS, alone, 0.99);
    double harmless99 = bystander.percentile(alone, beforeAttacks, 0.99);
    double attacked99 = bystander.percentile(beforeAttacks, bystander.calls(), 0.99);
    remarks.add(
        String.format(
            Locale.ROOT,
            "honest client: %d calls, all answered; p99 %.0f us alone, %.0f us beside harmless"
                + " clients, %.0f us beside as many attackers, ratio of these %.2f; p50 %.1f us,"
                + " %.1f us and %.1f us",
            bystander.calls(),
            alone99,
            harmless99,
            attacked99,
            attacked99 / harmless99,
            bystander.percentile(alone - WARM_CALLS, alone, 0.5),
            bystander.percentile(alone, beforeAttacks, 0.5),
            bystander.percentile(beforeAttacks, bystander.calls(), 0.5)));
    int heap = victim.isAlive() ? heap() : 0;
    remarks.add("victim's heap in use: %d KiB before, %d KiB after".formatted(heapBefore, heap));
    return remarks;
  }

  /** Whether the victim holds no more memory than sessions that ended leave. */
  boolean heapIsGood() {
    return heap() - heapBefore < MOST_HEAP;
  }

  @Override
  public void close() {
    bystander.close();
    attacker.close();
    victim.close();
    kernel.close();
    bystanderWords.close();
    file.close();
  }
}
