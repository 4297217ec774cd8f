// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.peer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.portunus.bench.pair.JavaProcess;
import org.portunus.bench.pair.Rounds;

/** Main of both processes: call PEER FOLDER CPU, or serve PEER FOLDER. */
public final class PeerMain {
  private PeerMain() {}

  /**
   * The caller of a pair.
   *
   * @param classes class path
   * @param folder where it may leave files
   */
  public static List<String> command(
      String classes, JavaPeer peer, Path folder, int callerCpu, int serviceCpu) {
    return JavaProcess.ofClasses(
            callerCpu,
            classes,
            PeerMain.class.getName(),
            List.of("call", peer.name(), folder.toString(), Integer.toString(serviceCpu)))
        .command();
  }

  /** Calls or serves. */
  public static void main(String[] arguments) throws Exception {
    JavaPeer peer = JavaPeer.valueOf(arguments[1]);
    Path folder = Files.createDirectories(Path.of(arguments[2]));
    if (arguments[0].equals("serve")) {
      peer.serve(folder, System.out);
      return;
    }
    JavaProcess other =
        JavaProcess.ofClasses(
            Integer.parseInt(arguments[3]),
            System.getProperty("java.class.path", ""),
            PeerMain.class.getName(),
            List.of("serve", peer.name(), folder.toString()));
    try {
      peer.call(folder, other, new Rounds(System.in, System.out));
    } finally {
      ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    }
    System.exit(0);
  }
}
