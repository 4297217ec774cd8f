// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.link;

import java.io.IOException;
import java.util.List;
import org.portunus.bench.pair.JavaProcess;
import org.portunus.bench.pair.Rounds;

/** Main of both processes: call WHAT CPU, or serve. */
public final class LinkMain {
  private static final String MAIN = "org.portunus.bench/" + LinkMain.class.getName();

  private LinkMain() {}

  /**
   * The caller of a pair.
   *
   * @param modules path of modules
   * @param what name of the {@link LinkCall}
   */
  public static List<String> command(String modules, LinkCall what, int callerCpu, int serviceCpu) {
    return JavaProcess.ofModule(
            callerCpu, modules, MAIN, List.of("call", what.name(), Integer.toString(serviceCpu)))
        .command();
  }

  /** Calls or serves. */
  public static void main(String[] arguments) throws IOException {
    if (arguments[0].equals("serve")) {
      LinkPair.serve();
      return;
    }
    int cpu = Integer.parseInt(arguments[2]);
    List<String> service =
        JavaProcess.ofModule(cpu, System.getProperty("jdk.module.path", ""), MAIN, List.of("serve"))
            .command();
    try (LinkPair pair = LinkPair.start(service)) {
      new Rounds(System.in, System.out)
          .serve(LinkCall.valueOf(arguments[1]).round(pair.echo()), pair.child().pid());
    }
    System.exit(0);
  }
}
