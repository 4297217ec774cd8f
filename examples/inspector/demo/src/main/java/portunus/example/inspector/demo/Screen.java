// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicInteger;
import org.portunus.abi.log.LogText;
import portunus.example.inspector.Stage;

/** What people see while documents are inspected. Safe for threads. */
interface Screen {
  void progress(Found found, Stage stage, long done, long total);

  void ended(Result result, int documents);

  /** Leaves the screen ready for other text. */
  void close();

  /** One line that is written over and over; what is not ok stays above it. */
  final class Terminal implements Screen {
    private static final String CLEAR = "\r\u001b[K";
    private static final int WIDTH = 78;

    private final PrintWriter out;
    private int ended;
    private int documents;

    Terminal(PrintWriter out) {
      this.out = out;
    }

    @Override
    public synchronized void progress(Found found, Stage stage, long done, long total) {
      String of = total > 0 ? done + "/" + total : Long.toString(done);
      line(found.name() + " " + stage.name().toLowerCase(java.util.Locale.ROOT) + " " + of);
    }

    @Override
    public synchronized void ended(Result result, int all) {
      ended++;
      documents = all;
      if (result.outcome() != Outcome.OK) {
        out.print(CLEAR);
        out.println(Plain.line(result));
      }
      line(result.found().name());
    }

    private void line(String text) {
      String whole = "%d/%d %s".formatted(ended, documents, LogText.escape(text));
      out.print(CLEAR + (whole.length() > WIDTH ? whole.substring(0, WIDTH - 1) + "…" : whole));
      out.flush();
    }

    @Override
    public synchronized void close() {
      out.print(CLEAR);
      out.flush();
    }
  }

  /** One line for each document. */
  final class Plain implements Screen {
    private final PrintWriter out;
    private final AtomicInteger ended = new AtomicInteger();

    Plain(PrintWriter out) {
      this.out = out;
    }

    static String line(Result result) {
      String detail =
          result
              .type()
              .or(() -> result.error().map(e -> e + ": " + result.message().orElse("")))
              .or(result::message)
              .orElse("");
      return "%-11s %s  %s"
          .formatted(
              result.outcome().word(),
              LogText.escape(result.found().name()),
              LogText.escape(detail));
    }

    @Override
    public void progress(Found found, Stage stage, long done, long total) {}

    @Override
    public synchronized void ended(Result result, int documents) {
      out.println("%d/%d %s".formatted(ended.incrementAndGet(), documents, line(result)));
      out.flush();
    }

    @Override
    public void close() {
      out.flush();
    }
  }
}
