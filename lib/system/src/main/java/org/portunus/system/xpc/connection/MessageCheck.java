// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.Hello;
import org.portunus.system.xpc.wire.Encoder;

/** Whether a message can travel over a connection at all. */
final class MessageCheck {
  private MessageCheck() {}

  /**
   * @throws PortunusException LIMIT_MESSAGE, LIMIT_DESCRIPTORS, RIGHT_REFUSED
   */
  static void require(Encoder message, Hello agreed, Transport transport) {
    if (message.length() > agreed.maxMessage()) {
      throw new PortunusException(
          ErrorCode.LIMIT_MESSAGE,
          "%d bytes, the connection takes %d".formatted(message.length(), agreed.maxMessage()));
    }
    if (message.rights().count() > agreed.maxDescriptors()) {
      throw new PortunusException(
          ErrorCode.LIMIT_DESCRIPTORS,
          "%d rights, the connection takes %d"
              .formatted(message.rights().count(), agreed.maxDescriptors()));
    }
    if (transport.passage(message.rights()) == Transport.Passage.NONE) {
      throw new PortunusException(
          ErrorCode.RIGHT_REFUSED,
          "this connection carries no such rights: nobody keeps rights to ports for it, or they are"
              + " another task's");
    }
  }
}
