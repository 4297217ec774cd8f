// SPDX-License-Identifier: Apache-2.0
package org.portunus.debug;

import java.io.IOException;
import java.io.InputStream;

/**
 * What was taken and is being read.
 *
 * @param holder what the bytes belong to, closed after them
 */
record Capture(InputStream bytes, AutoCloseable holder) {
  static final Capture NOTHING = new Capture(InputStream.nullInputStream(), () -> {});

  /** The next part, empty at the end. */
  byte[] next() throws IOException {
    return bytes.readNBytes(TaskDebugger.PART);
  }

  void close() throws IOException {
    try (bytes) {
      holder.close();
    } catch (IOException failure) {
      throw failure;
    } catch (Exception failure) {
      throw new IOException(failure);
    }
  }
}
