// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.peer;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.freedesktop.dbus.connections.impl.DBusConnection;
import org.freedesktop.dbus.connections.impl.DBusConnectionBuilder;
import org.freedesktop.dbus.exceptions.DBusException;
import org.portunus.bench.pair.JavaProcess;
import org.portunus.bench.pair.Latency;
import org.portunus.bench.pair.Rounds;

/** 64 bytes there and back as an array of bytes, through a daemon that runs for this pair alone. */
record DbusEcho() implements Ends {
  /** What has to be installed. */
  static final String DAEMON = "/usr/bin/dbus-daemon";

  private static final String ALL_PROCESSORS = "0-1023";
  private static final String BUS = "org.portunus.bench";
  private static final String OBJECT = "/org/portunus/bench";
  private static final int BYTES = 64;

  /** The answering object. */
  public static final class Answering implements EchoBus {
    @Override
    public byte[] echo(byte[] bytes) {
      return bytes;
    }

    @Override
    public String getObjectPath() {
      return OBJECT;
    }
  }

  private static String address(Path folder) {
    return "unix:path=" + folder.resolve("bus");
  }

  private static DBusConnection connect(Path folder) throws DBusException {
    return DBusConnectionBuilder.forAddress(address(folder)).withShared(false).build();
  }

  /** Starts the daemon on any of the processors; it has printed its address. */
  private static Process daemon(Path folder) throws IOException {
    Path settings = folder.resolve("bus.conf");
    Files.writeString(
        settings,
        """
        <busconfig>
        <type>session</type>
        <listen>%s</listen>
        <auth>EXTERNAL</auth>
        <policy context="default">
        <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
        </policy>
        </busconfig>
        """
            .formatted(address(folder)),
        StandardCharsets.US_ASCII);
    Process daemon =
        new ProcessBuilder(
                "/usr/bin/taskset",
                "-c",
                ALL_PROCESSORS,
                DAEMON,
                "--config-file=" + settings,
                "--nofork",
                "--print-address=1")
            .redirectError(folder.resolve("bus.log").toFile())
            .start();
    String _ = ReadyLine.await(daemon);
    return daemon;
  }

  @Override
  public void call(Path folder, JavaProcess other, Rounds rounds) throws Exception {
    Process daemon = daemon(folder);
    Process service = other.start();
    String _ = ReadyLine.await(service);
    try (DBusConnection connection = connect(folder)) {
      EchoBus echo = connection.getRemoteObject(BUS, OBJECT, EchoBus.class);
      byte[] bytes = new byte[BYTES];
      rounds.serve(
          new Latency(() -> {
            if (echo.echo(bytes).length != BYTES) {
              throw new IOException("other bytes came back");
            }
          }),
          service.pid(),
          daemon.pid());
    }
  }

  @Override
  public void serve(Path folder, PrintStream ready)
      throws DBusException, IOException, InterruptedException {
    try (DBusConnection connection = connect(folder)) {
      connection.requestBusName(BUS);
      connection.exportObject(OBJECT, new Answering());
      ReadyLine.say(ready, "ready");
      new CountDownLatch(1).await();
    }
  }
}
