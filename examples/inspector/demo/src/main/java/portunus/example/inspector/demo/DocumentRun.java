// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.portunus.abi.error.PortunusException;
import portunus.example.inspector.ProgressListener;

/** Takes every file to its result, with a few calls in flight. */
final class DocumentRun {
  private final Inspection inspection;
  private final Screen screen;
  private final int inFlight;
  private final AtomicBoolean ended = new AtomicBoolean();

  DocumentRun(Inspection inspection, Screen screen, int inFlight) {
    this.inspection = inspection;
    this.screen = screen;
    this.inFlight = inFlight;
  }

  /** Whether the instance ended on the way. */
  boolean instanceEnded() {
    return ended.get();
  }

  /** All files of a folder, then those that appeared meanwhile. */
  Accounting folder(Path folder) throws IOException {
    FolderWalk start = FolderWalk.of(folder, Found.Time.AT_START);
    Accounting accounting = new Accounting(start.found(), start.closed());
    work(accounting, 0);
    if (!ended.get()) {
      Set<Path> known = new HashSet<>();
      start.found().forEach(found -> known.add(found.path()));
      List<Found> later = new ArrayList<>(FolderWalk.of(folder, Found.Time.APPEARED).found());
      later.removeIf(found -> known.contains(found.path()));
      work(accounting, accounting.add(later));
    }
    return accounting;
  }

  /** A given set of files. */
  Accounting set(List<Found> files) {
    Accounting accounting = new Accounting(files, List.of());
    work(accounting, 0);
    return accounting;
  }

  private void work(Accounting accounting, int first) {
    AtomicInteger next = new AtomicInteger(first);
    List<Future<?>> workers = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(inFlight)) {
      for (int i = 0; i < inFlight; i++) {
        workers.add(executor.submit(() -> worker(accounting, next)));
      }
    }
    workers.forEach(DocumentRun::finish);
  }

  private void worker(Accounting accounting, AtomicInteger next) {
    int end = accounting.documents();
    AtomicInteger current = new AtomicInteger(-1);
    ProgressListener listener =
        (stage, done, total) -> screen.progress(accounting.at(current.get()), stage, done, total);
    for (int place = next.getAndIncrement();
        place < end && !ended.get();
        place = next.getAndIncrement()) {
      current.set(place);
      try {
        Result result = inspection.run(accounting.at(place), listener);
        accounting.enter(place, result);
        screen.ended(result, accounting.documents());
      } catch (PortunusException gone) {
        ended.set(true);
      }
    }
  }

  private static void finish(Future<?> worker) {
    try {
      worker.get();
    } catch (ExecutionException failure) {
      throw new IllegalStateException("a worker failed", failure.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }
}
