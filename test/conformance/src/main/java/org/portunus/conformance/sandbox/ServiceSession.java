// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.sandbox;

import java.io.IOException;
import java.util.List;
import org.portunus.abi.time.Patience;

/** A private instance with the hostile bundle, started by a caller in a hostile environment. */
final class ServiceSession implements AutoCloseable {
  private final Program terminal;

  private ServiceSession(Program terminal) {
    this.terminal = terminal;
  }

  static ServiceSession start(Ground ground, Caller caller) throws IOException {
    List<String> command =
        List.of(
            ground.java().toString(),
            "-Xmx96m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=org.portunus.linux",
            "--illegal-native-access=deny",
            "-Dportunus.layers=none",
            Patience.ofThisProcess().option(),
            "-p",
            ground.modules().toString(),
            "-m",
            "org.portunus.conformance/" + ServiceTerminal.class.getName(),
            ground.dist(caller).toString(),
            ground.jobs().toString(),
            ground.bundles().toString(),
            ground.right().toString());
    return new ServiceSession(Program.start(caller.command(command), Control.hostileEnvironment()));
  }

  /** The answer to a question of {@link ServiceTerminal}. */
  String ask(String question, String label) throws IOException {
    return terminal.ask(question + " " + label);
  }

  /** What a service says of an attempt. */
  String attempt(String text) throws IOException {
    return terminal.ask("attempt " + Plists.PROBE + " " + text);
  }

  /** What comes of doing harm in the job that is there for it. */
  String harm(String how) throws IOException {
    return terminal.ask("harm " + Plists.PROBE + "." + how + " " + how);
  }

  @Override
  public void close() throws IOException {
    terminal.close();
  }
}
