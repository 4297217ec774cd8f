// SPDX-License-Identifier: Apache-2.0
package org.portunus.debug;

import java.io.IOException;
import java.io.InputStream;
import java.text.ParseException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Configuration;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import org.portunus.system.xpc.ServiceConnection;

/** Takes recordings, with the Java machine's settings "default" and all events of this system. */
final class FlightRecording {
  private static final String SETTINGS = "default";
  private static final String CALLS = "org.portunus.system.xpc.connection.HandledCallEvent";

  private FlightRecording() {}

  static Capture take(int seconds) throws IOException {
    registerCalls();
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

  /** First: a class of events that a call registers while the recording begins may be left out. */
  private static void registerCalls() {
    Class<?> calls = Class.forName(ServiceConnection.class.getModule(), CALLS);
    if (calls == null) {
      throw new IllegalStateException("no class " + CALLS);
    }
    FlightRecorder.register(calls.asSubclass(Event.class));
  }

  private static Recording recording() throws IOException {
    try {
      return new Recording(Configuration.getConfiguration(SETTINGS));
    } catch (ParseException broken) {
      throw new IOException("settings " + SETTINGS + " of the JDK", broken);
    }
  }
}
