// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service;

import java.io.EOFException;
import java.io.IOException;
import java.util.zip.ZipException;
import org.portunus.system.xpc.FileRight;
import portunus.example.inspector.DocumentInspector;
import portunus.example.inspector.InspectionFailed;
import portunus.example.inspector.Options;
import portunus.example.inspector.ProgressListener;
import portunus.example.inspector.Reason;
import portunus.example.inspector.Report;
import portunus.example.inspector.UnsupportedDocument;
import portunus.example.inspector.service.content.Budget;
import portunus.example.inspector.service.content.Progress;
import portunus.example.inspector.service.content.Refusal;
import portunus.example.inspector.service.content.RightContent;

/**
 * The service. It keeps nothing between calls, and calls may run side by side. Running out of
 * memory is left to the system, which reports it as {@code limit.memory}.
 */
public final class Inspector implements DocumentInspector {
  private static final int VERSION = 1;

  public Inspector() {}

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public long size(FileRight document) throws InspectionFailed {
    try {
      return document.size();
    } catch (IOException failure) {
      throw new InspectionFailed(Reason.FORMAT_DAMAGED, text(failure));
    }
  }

  @Override
  public Report inspect(FileRight document, Options options, ProgressListener listener)
      throws UnsupportedDocument, InspectionFailed {
    Budget budget = new Budget(options.limits());
    Progress progress = new Progress(listener, System::nanoTime);
    try {
      Report report =
          new DocumentReader(options, budget, progress).read(new RightContent(document)).report();
      budget.verify();
      return report;
    } catch (Refusal refusal) {
      throw new InspectionFailed(refusal.reason(), text(refusal));
    } catch (StackOverflowError deep) {
      throw new InspectionFailed(Reason.LIMIT_DEPTH, "nested deeper than a parser can follow");
    } catch (EOFException | ZipException broken) {
      throw new InspectionFailed(Reason.FORMAT_DAMAGED, text(broken));
    } catch (IOException failure) {
      throw failed(budget, failure);
    }
  }

  /** A parser's own complaint; a limit that it hid goes first. */
  private static InspectionFailed failed(Budget budget, IOException failure) {
    try {
      budget.verify();
    } catch (Refusal refusal) {
      return new InspectionFailed(refusal.reason(), text(refusal));
    }
    return new InspectionFailed(Reason.FORMAT_DAMAGED, text(failure));
  }

  private static String text(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
