// SPDX-License-Identifier: Apache-2.0
package org.portunus.debug;

import java.util.List;
import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.Service;

/**
 * Looks into the task that it is called in. A recording or a heap dump is taken first and read
 * then, part by part; the task keeps one, the latest.
 */
@Service("org.portunus.debug")
public interface TaskDebugger {
  /** Longest recording, seconds. */
  int LONGEST = 3600;

  /** Most bytes of a part. */
  int PART = 1 << 20;

  /** Most bytes of all parts: what the task may write. */
  long MOST = 64L << 20;

  /** The platform threads, at most 256. */
  @MethodId(1)
  List<ThreadState> threads();

  /**
   * Takes a recording of the flight recorder and returns when it has ended.
   *
   * @param seconds 1 to {@value #LONGEST}
   */
  @MethodId(2)
  void record(int seconds);

  /** Takes a dump of the objects that are reachable. */
  @MethodId(3)
  void dumpHeap();

  /** The next part of what was taken, at most {@value #PART} bytes; empty at its end. */
  @MethodId(4)
  byte[] next();

  /**
   * Where the JDK's debugger agent listens: a TCP port in the network of the task's sandbox. Who
   * can speak to it, can do all that the task can.
   */
  @MethodId(5)
  int debuggerPort();
}
