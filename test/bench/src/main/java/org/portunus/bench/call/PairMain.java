// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.call;

import java.io.IOException;

/** Main of the Java processes of a pair: call KIND CPU, or serve KIND [WHERE]. */
public final class PairMain {
  private PairMain() {}

  public static void main(String[] arguments) throws IOException {
    boolean links = arguments[1].equals("link");
    if (arguments[0].equals("serve")) {
      if (links) {
        LinkPair.serve();
      } else {
        NioPair.serve(arguments[2]);
      }
      return;
    }
    int cpu = Integer.parseInt(arguments[2]);
    Rounds rounds = new Rounds(System.in, System.out);
    if (links) {
      LinkPair.call(cpu, rounds);
    } else {
      NioPair.call(new JavaProcess(cpu), rounds);
    }
    System.exit(0);
  }
}
