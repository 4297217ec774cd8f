// SPDX-License-Identifier: Apache-2.0
package portunus.probe;

import java.util.List;
import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.Service;

/** Makes attempts where the service runs. */
@Service("portunus.probe")
public interface Probe {
  /**
   * Makes each attempt in turn, see {@link Attempts}; the results in the same order.
   *
   * @param right the file right that some attempts are about
   */
  @MethodId(1)
  List<String> attempt(List<String> attempts, FileRight right);

  /** Does one thing that may end the service; what it says if it goes on. */
  @MethodId(2)
  String harm(String how);

  /** Counts the calls of this method. */
  @MethodId(3)
  int ping();
}
