// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.FileRight;
import portunus.example.inspector.DocumentInspector;
import portunus.example.inspector.InspectionFailed;
import portunus.example.inspector.Options;
import portunus.example.inspector.ProgressListener;
import portunus.example.inspector.Report;
import portunus.example.inspector.UnsupportedDocument;
import portunus.example.inspector.service.Inspector;

/**
 * The service's implementation, placed in this process. It reports memory, time and faults as the
 * system does; what is late is given up but not ended.
 */
final class InProcess implements Inspectors, DocumentInspector {
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final Inspector inspector = new Inspector();
  private final Options options;
  private final Duration deadline;

  private InProcess(Options options, Duration deadline) {
    this.options = options;
    this.deadline = deadline;
  }

  InProcess(Options options) {
    this(options, LONGEST);
  }

  InProcess() {
    this(Options.standard());
  }

  @Override
  public DocumentInspector within(Duration other) {
    return new InProcess(options, other);
  }

  @Override
  public Report inspect(FileRight document, Options asked, ProgressListener listener)
      throws UnsupportedDocument, InspectionFailed {
    FutureTask<Report> call =
        new FutureTask<>(() -> inspector.inspect(document, options, listener));
    Thread thread = new Thread(call, "inspection");
    thread.setDaemon(true);
    thread.start();
    try {
      return call.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      call.cancel(true);
      throw new PortunusException(ErrorCode.DEADLINE, "in this process", late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new PortunusException(ErrorCode.CANCELLED, "in this process", interrupted);
    } catch (ExecutionException failure) {
      return thrown(Objects.requireNonNullElse(failure.getCause(), failure));
    }
  }

  private static Report thrown(Throwable failure) throws UnsupportedDocument, InspectionFailed {
    switch (failure) {
      case UnsupportedDocument unsupported -> throw unsupported;
      case InspectionFailed failed -> throw failed;
      case PortunusException own -> throw own;
      case OutOfMemoryError memory ->
          throw new PortunusException(ErrorCode.LIMIT_MEMORY, "in this process", memory);
      default ->
          throw new PortunusException(ErrorCode.SERVICE_FAULT, String.valueOf(failure), failure);
    }
  }

  @Override
  public int version() {
    return inspector.version();
  }

  @Override
  public long size(FileRight document) throws InspectionFailed {
    return inspector.size(document);
  }
}
