// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.time.Duration;
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
 * The service's implementation, placed in this process. It reports memory as the system does; there
 * is nothing that could enforce a deadline.
 */
final class InProcess implements Inspectors, DocumentInspector {
  private final Inspector inspector = new Inspector();
  private final Options options;

  InProcess(Options options) {
    this.options = options;
  }

  InProcess() {
    this(Options.standard());
  }

  @Override
  public DocumentInspector within(Duration deadline) {
    return this;
  }

  @Override
  public Report inspect(FileRight document, Options asked, ProgressListener listener)
      throws UnsupportedDocument, InspectionFailed {
    try {
      return inspector.inspect(document, options, listener);
    } catch (OutOfMemoryError memory) {
      throw new PortunusException(ErrorCode.LIMIT_MEMORY, "in this process");
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
