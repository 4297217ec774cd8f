// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.nio.ByteBuffer;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.WaitMode;

/** The GOODBYE frame by which a connection ends that no service will ever take. */
final class ConnectionRefusal {
  private static final int MAX_DETAIL = 1024;

  private final byte[] frame;

  ConnectionRefusal(ErrorCode code, String text) {
    String detail = text.length() > MAX_DETAIL ? text.substring(0, MAX_DETAIL) : text;
    byte[] body = new WireWriter().i32(code.number()).string(detail).toBytes();
    ByteBuffer out = ByteBuffer.allocate(ConnectionFrame.HEAD + body.length);
    new ConnectionFrame(ConnectionFrame.Kind.GOODBYE, 0, 0, 0, 0, 0, body.length, 0).write(out);
    frame = out.put(body).array();
  }

  /**
   * Sends it without waiting and closes the service's end. A client that is gone already has lost
   * nothing.
   */
  void answer(Descriptor serviceEnd) {
    try (SeqpacketChannel channel = SeqpacketChannel.of(serviceEnd, frame.length)) {
      int unusedResult = channel.send(frame, 0, frame.length, WaitMode.DONT_WAIT);
    } catch (LinuxException notASocket) {
      serviceEnd.close();
    }
  }

  byte[] frame() {
    return frame.clone();
  }
}
