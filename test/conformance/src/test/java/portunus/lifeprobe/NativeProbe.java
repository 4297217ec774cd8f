// SPDX-License-Identifier: Apache-2.0
package portunus.lifeprobe;

import java.util.List;
import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.Service;

/** What a service with a native library can do, and what it still can't. */
@Service("portunus.lifeprobe.native")
public interface NativeProbe {
  /** By a native method. */
  @MethodId(1)
  int twice(int value);

  /** By the foreign function interface, found by the loader of the class. */
  @MethodId(2)
  int answer();

  /** The same, found in the file itself. */
  @MethodId(3)
  int answerOfFile();

  /**
   * Ends the process from native code: 0 by a null pointer, 1 by abort, 2 by an illegal
   * instruction.
   */
  @MethodId(4)
  void end(int how);

  /** Loads another library. */
  @MethodId(5)
  void load(String name);

  /** What native code is answered when it tries to make what is writable executable, as errno. */
  @MethodId(6)
  List<Integer> attempts();
}
