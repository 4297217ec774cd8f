// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.message;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.portunus.bench.launch.ProbeBundle;
import org.portunus.bench.launch.ProbeInstance;
import org.portunus.bench.pair.JavaProcess;
import org.portunus.bench.pair.Pinning;
import org.portunus.bench.pair.Rounds;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.instance.Installation;
import portunus.answers.Answers;
import portunus.answers.AnswersXpc;

/** Main of a program that starts an instance and sends messages to a service of it. */
public final class MachMain {
  static final Duration TIME = Duration.ofSeconds(20);

  private static final String MAIN = "org.portunus.bench/" + MachMain.class.getName();

  private MachMain() {}

  /**
   * The caller of a pair.
   *
   * @param modules path of modules
   */
  public static List<String> command(String modules, MachCall what, int callerCpu, int serviceCpu) {
    return inDistribution(
        JavaProcess.ofModule(
            callerCpu,
            modules,
            MAIN,
            List.of(what.name(), Integer.toString(serviceCpu), Integer.toString(callerCpu))));
  }

  /** The command of a program that starts an instance of this distribution. */
  public static List<String> inDistribution(JavaProcess program) {
    String dist = "-Dportunus.dist=" + Installation.current().system().getParent();
    List<String> command = new ArrayList<>(program.command());
    command.add(command.indexOf("-p"), dist);
    return List.copyOf(command);
  }

  /** Sends. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    ProbeBundle bundle = new ProbeBundle(AnswersXpc.TYPE.name(), Answers.class, "Answers");
    // What an instance is started with, it would keep: the kernel task is nobody's processor's.
    Pinning.free(ProcessHandle.current().pid());
    try (ProbeInstance instance = ProbeInstance.start(Installation.current(), bundle);
        ServiceConnection<Answers> connection = instance.client().open(AnswersXpc.TYPE)) {
      Answers answers = connection.proxy(TIME);
      MachCall what = MachCall.valueOf(arguments[0]);
      Rounds.Round round = what.round(instance.client(), answers, instance.socket());
      round.warm(1);
      long pid = instance.service();
      if (what != MachCall.TRAFFIC) {
        Pinning.pin(pid, arguments[1]);
        Pinning.pin(ProcessHandle.current().pid(), arguments[2]);
      }
      new Rounds(System.in, System.out).serve(round, pid);
    }
    System.exit(0);
  }
}
