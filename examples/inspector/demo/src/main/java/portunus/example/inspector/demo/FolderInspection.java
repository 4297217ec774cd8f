// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import portunus.example.inspector.Stage;

/** The demo's work without its command line, for programs that bring their own inspectors. */
public final class FolderInspection {
  private static final Screen NOTHING =
      new Screen() {
        @Override
        public void progress(Found found, Stage stage, long done, long total) {}

        @Override
        public void ended(Result result, int documents) {}

        @Override
        public void close() {}
      };

  private FolderInspection() {}

  /**
   * Brings every file of a folder to its result, or says which are unfinished because the instance
   * ended.
   *
   * @param deadline most time for one try of one document
   * @param inFlight calls at the same time
   */
  public static Accounting run(Path folder, Inspectors inspectors, Duration deadline, int inFlight)
      throws IOException {
    Inspection inspection = new Inspection(inspectors, deadline, Judge.NONE);
    return new DocumentRun(inspection, NOTHING, inFlight).folder(folder.toRealPath());
  }
}
