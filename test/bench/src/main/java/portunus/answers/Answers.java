// SPDX-License-Identifier: Apache-2.0
package portunus.answers;

import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.PortRight;
import org.portunus.system.xpc.Service;

/** Who answers. */
@Service("portunus.answers")
public interface Answers {
  /**
   * A right to send to a new port, at which a thread of its own answers each message with what it
   * brought, rights included; one that wants no reply is counted.
   *
   * @param inSet whether the thread receives from a set that the port is in
   */
  @MethodId(1)
  PortRight open(boolean inSet);

  /** Keeps a right to send, which {@link #kept} gives to others. */
  @MethodId(3)
  void keep(PortRight right);

  /** The right that was kept last. */
  @MethodId(4)
  PortRight kept();

  /** Messages that wanted no reply. */
  @MethodId(2)
  long counted();
}
