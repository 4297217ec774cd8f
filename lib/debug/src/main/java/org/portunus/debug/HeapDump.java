// SPDX-License-Identifier: Apache-2.0
package org.portunus.debug;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Takes heap dumps, in the binary format HPROF. */
final class HeapDump {
  private static final String NAME = "portunus.hprof";

  private HeapDump() {}

  static Capture take() throws IOException {
    Path file = Path.of(System.getProperty("java.io.tmpdir", "/tmp"), NAME);
    Files.deleteIfExists(file);
    try {
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpHeap(file.toString(), true);
      InputStream bytes = Files.newInputStream(file);
      return new Capture(bytes, () -> {});
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
