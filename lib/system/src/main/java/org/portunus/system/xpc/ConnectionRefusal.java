// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc;

import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.socket.PacketSocket;
import org.portunus.system.xpc.connection.ErrorBody;

/** How somebody who has a connection request and no service answers it. */
public final class ConnectionRefusal {
  private static final int[] NO_NUMBERS = {};

  private ConnectionRefusal() {}

  /**
   * Tells the client why there is no service, and closes the connection. Never waits.
   *
   * @param serviceEnd becomes this method's, and is closed
   */
  public static void send(Descriptor serviceEnd, ErrorCode code, String detail) {
    byte[] frame = new ErrorBody(code, detail).toGoodbye();
    try (PacketSocket socket = PacketSocket.of(serviceEnd, frame.length)) {
      // A client that is gone, or has filled its own socket, learns no more than the end.
      int _ = socket.send(frame, frame.length, NO_NUMBERS, 0);
    } catch (LinuxException failure) {
      throw new PortunusException(ErrorCode.SYSTEM_CALL, "refusing a connection", failure);
    }
  }
}
