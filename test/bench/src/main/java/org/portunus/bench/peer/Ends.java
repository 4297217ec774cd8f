// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.peer;

import java.io.PrintStream;
import java.nio.file.Path;
import org.portunus.bench.pair.JavaProcess;
import org.portunus.bench.pair.Rounds;

/** Both ends of a peer; an object is one of them. */
interface Ends {
  /**
   * The calling process.
   *
   * @param folder for files of the pair
   * @param other starts the other process
   */
  void call(Path folder, JavaProcess other, Rounds rounds) throws Exception;

  /**
   * The other process, until it is killed.
   *
   * @param ready takes the {@link ReadyLine}
   */
  void serve(Path folder, PrintStream ready) throws Exception;
}
