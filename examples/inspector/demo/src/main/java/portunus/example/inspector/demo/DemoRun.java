// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/**
 * One run of the demo, wherever its inspectors come from.
 *
 * @param folder what to inspect; empty for the shipped set
 * @param corpus where the shipped set is
 */
record DemoRun(
    Optional<Path> folder,
    Path corpus,
    Optional<Path> json,
    Duration deadline,
    int inFlight,
    Screen screen,
    PrintWriter out) {

  /**
   * Runs and reports.
   *
   * @param history tells crashes and restarts; without one they are counted from calls
   * @return the exit status
   */
  int run(Inspectors inspectors, Optional<ServiceHistory> history) throws IOException {
    if (folder.isPresent()) {
      return report(inspectors, history, Optional.empty());
    }
    try (ShippedSet set = ShippedSet.open(corpus)) {
      return report(inspectors, history, Optional.of(set));
    }
  }

  private static final int MEASURE_TRIES = 3;

  private int report(
      Inspectors inspectors, Optional<ServiceHistory> history, Optional<ShippedSet> set)
      throws IOException {
    boolean spareWaits = history.map(ServiceHistory::spareWaits).orElse(false);
    long cold = Measures.cold(inspectors);
    Judge judge = set.isPresent() ? set.get() : Judge.NONE;
    Inspection inspection = new Inspection(inspectors, deadline, judge);
    DocumentRun documents = new DocumentRun(inspection, screen, inFlight);
    Accounting accounting =
        set.isPresent() ? documents.set(set.get().files()) : documents.folder(start());
    screen.close();
    Measures measures =
        documents.instanceEnded() ? Measures.only(cold) : measures(inspectors, cold);
    ServiceHistory.Counts counts = counts(history, inspection);
    RunReport report =
        new RunReport(accounting, measures, first(history, cold, spareWaits), counts, set);
    report.print(out);
    if (documents.instanceEnded()) {
      out.println(ErrorCode.INSTANCE_ENDED.dotted() + ": " + ErrorCode.INSTANCE_ENDED.cause());
      out.flush();
    }
    if (json.isPresent()) {
      report.writeJson(json.get());
    }
    return report.exitStatus();
  }

  /** A folder given by a link counts as the folder that the link leads to. */
  private Path start() throws IOException {
    Path given = folder.orElseThrow();
    return Files.isDirectory(given)
        ? given.toRealPath()
        : given.toRealPath(LinkOption.NOFOLLOW_LINKS);
  }

  /** Measures anew if the service is ended meanwhile, as for a document that was too late. */
  private static Measures measures(Inspectors inspectors, long cold) throws IOException {
    for (int left = MEASURE_TRIES; left > 0; left--) {
      try {
        return Measures.take(inspectors, cold);
      } catch (PortunusException gone) {
        if (gone.code() != ErrorCode.INTERRUPTED) {
          return Measures.only(cold);
        }
      }
    }
    return Measures.only(cold);
  }

  private static FirstReplies first(
      Optional<ServiceHistory> history, long nanos, boolean fromSpare) {
    if (fromSpare) {
      return new FirstReplies(OptionalLong.empty(), OptionalLong.of(nanos));
    }
    OptionalLong cold = OptionalLong.of(nanos);
    try {
      return new FirstReplies(
          cold, history.map(ServiceHistory::firstReplyFromSpare).orElseGet(OptionalLong::empty));
    } catch (PortunusException gone) {
      return new FirstReplies(cold, OptionalLong.empty());
    }
  }

  private static ServiceHistory.Counts counts(
      Optional<ServiceHistory> history, Inspection inspection) {
    ServiceHistory.Counts seen =
        new ServiceHistory.Counts(inspection.interruptions(), inspection.interruptions());
    try {
      return history.map(ServiceHistory::counts).orElse(seen);
    } catch (PortunusException gone) {
      return seen;
    }
  }
}
