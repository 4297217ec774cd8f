// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector;

import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.Oneway;
import org.portunus.system.xpc.Service;

/** The client's end of an inspection under way. Calls arrive in order and may lag behind. */
@Service("org.portunus.example.inspector.progress")
public interface ProgressListener {
  /**
   * @param stage what the inspector works on
   * @param done units of this stage that are done: pages, entries or bytes
   * @param total how many there are, 0 if that is not known
   */
  @Oneway
  @MethodId(1)
  void reached(Stage stage, long done, long total);
}
