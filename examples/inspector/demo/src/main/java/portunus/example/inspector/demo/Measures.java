// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.time.Patience;
import org.portunus.system.xpc.FileRight;
import portunus.example.inspector.DocumentInspector;
import portunus.example.inspector.InspectionFailed;

/**
 * What calls cost on this machine.
 *
 * @param coldNanos the first reply, the start of the service included
 * @param call a call without arguments
 * @param right a call that passes a right to a file
 */
record Measures(long coldNanos, Percentiles call, Percentiles right) {
  static final int CALLS = 1000;
  private static final int TRIES = 3;
  static final String HOW =
      "%,d calls of version() on the same connection after the run".formatted(CALLS);
  private static final Duration PATIENCE = Patience.ofThisProcess().of(Duration.ofSeconds(30));
  private static final Percentiles NONE = new Percentiles(0, 0);

  /** Makes the first call; again if the service dies meanwhile. */
  static long cold(Inspectors inspectors) {
    int tries = 1;
    while (true) {
      long start = System.nanoTime();
      try {
        int version = inspectors.within(PATIENCE).version();
        long nanos = System.nanoTime() - start;
        if (version < 1) {
          throw new IllegalStateException("the service has version " + version);
        }
        return nanos;
      } catch (PortunusException failure) {
        if (failure.code() != ErrorCode.INTERRUPTED || tries == TRIES) {
          throw failure;
        }
        tries++;
      }
    }
  }

  /** Nothing but the first reply, for an instance that is gone. */
  static Measures only(long coldNanos) {
    return new Measures(coldNanos, NONE, NONE);
  }

  static Measures take(Inspectors inspectors, long coldNanos) throws IOException {
    DocumentInspector inspector = inspectors.within(PATIENCE);
    long[] calls = new long[CALLS];
    for (int i = 0; i < CALLS; i++) {
      long start = System.nanoTime();
      inspector.version();
      calls[i] = System.nanoTime() - start;
    }
    return new Measures(coldNanos, Percentiles.ofNanos(calls), rights(inspector));
  }

  private static Percentiles rights(DocumentInspector inspector) throws IOException {
    Path file = Files.createTempFile("portunus-demo-", ".txt");
    long[] calls = new long[CALLS];
    try (FileRight right = FileRight.open(file)) {
      for (int i = 0; i < CALLS; i++) {
        long start = System.nanoTime();
        inspector.size(right);
        calls[i] = System.nanoTime() - start;
      }
    } catch (InspectionFailed impossible) {
      throw new IOException(impossible);
    } finally {
      Files.delete(file);
    }
    return Percentiles.ofNanos(calls);
  }
}
