// SPDX-License-Identifier: Apache-2.0
package org.portunus.debug;

import java.io.IOException;
import java.io.InputStream;
import java.text.ParseException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;

/** Takes recordings, with the Java machine's settings "default" and all events of this system. */
final class FlightRecording {
  private static final String SETTINGS = "default";

  private FlightRecording() {}

  static Capture take(int seconds) throws IOException {
    Recording recording = recording();
    boolean good = false;
    try {
      recording.setMaxSize(TaskDebugger.MOST / 2);
      recording.start();
      TimeUnit.SECONDS.sleep(seconds);
      recording.stop();
      InputStream bytes = recording.getStream(null, null);
      Capture taken = new Capture(bytes == null ? InputStream.nullInputStream() : bytes, recording);
      good = true;
      return taken;
    } catch (InterruptedException cancelled) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the recording was cancelled");
    } finally {
      if (!good) {
        recording.close();
      }
    }
  }

  private static Recording recording() throws IOException {
    try {
      return new Recording(Configuration.getConfiguration(SETTINGS));
    } catch (ParseException broken) {
      throw new IOException("settings " + SETTINGS + " of the JDK", broken);
    }
  }
}
