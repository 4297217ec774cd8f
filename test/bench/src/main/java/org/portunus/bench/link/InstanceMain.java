// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.link;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.portunus.bench.launch.ProbeBundle;
import org.portunus.bench.launch.ProbeInstance;
import org.portunus.bench.pair.JavaProcess;
import org.portunus.bench.pair.Pinning;
import org.portunus.bench.pair.Rounds;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.instance.Installation;
import portunus.echoed.Echoed;
import portunus.echoed.EchoedXpc;

/**
 * Main of a program that starts an instance and calls a service of it, which runs in its sandbox as
 * any other does; only its processor is fixed from outside.
 */
public final class InstanceMain {
  private static final String MAIN = "org.portunus.bench/" + InstanceMain.class.getName();
  private static final Duration TIME = Duration.ofSeconds(20);

  private InstanceMain() {}

  /**
   * The caller of a pair.
   *
   * @param modules path of modules
   */
  public static List<String> command(
      String modules, InstanceCall what, int callerCpu, int serviceCpu) {
    String dist = "-Dportunus.dist=" + Installation.current().system().getParent();
    List<String> command =
        new java.util.ArrayList<>(
            JavaProcess.ofModule(
                    callerCpu, modules, MAIN, List.of(what.name(), Integer.toString(serviceCpu)))
                .command());
    command.add(command.indexOf("-p"), dist);
    return List.copyOf(command);
  }

  /** Calls. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    ProbeBundle bundle = new ProbeBundle(EchoedXpc.TYPE.name(), Echoed.class, "Echoed");
    Path file = Files.createTempFile("bench", ".file");
    try (ProbeInstance instance = ProbeInstance.start(Installation.current(), bundle);
        ServiceConnection<Echoed> connection = instance.client().open(EchoedXpc.TYPE)) {
      Echoed service = connection.proxy(TIME);
      Rounds.Round round = InstanceCall.valueOf(arguments[0]).round(service, file);
      round.warm(1);
      long pid = instance.service();
      Pinning.pin(pid, arguments[1]);
      new Rounds(System.in, System.out).serve(round, pid);
    } finally {
      Files.deleteIfExists(file);
    }
    System.exit(0);
  }
}
