// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.socket.FrameSocket;
import org.portunus.system.socket.PacketSocket;

/** Frames over one end of a SOCK_SEQPACKET socketpair, or its like: one message, one frame. */
public final class SocketTransport implements Transport {
  private final FrameSocket socket;
  private final Reception reception = new OwnThreadReception(this::receive);

  private SocketTransport(FrameSocket socket) {
    this.socket = socket;
  }

  /** Takes ownership of a connected socket, also when this fails. */
  public static SocketTransport of(Descriptor end) {
    try {
      return new SocketTransport(
          PacketSocket.of(end, ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY));
    } catch (LinuxException failure) {
      throw new PortunusException(ErrorCode.SYSTEM_CALL, "connection", failure);
    }
  }

  /** Takes ownership of a connected end of another kind. */
  public static SocketTransport of(FrameSocket end) {
    return new SocketTransport(end);
  }

  @Override
  public int send(byte[] frame, int length, int[] descriptors, int descriptorCount) {
    int result = socket.send(frame, length, descriptors, descriptorCount);
    return switch (result) {
      case FrameSocket.FULL -> FULL;
      case FrameSocket.REFUSED -> REFUSED;
      default -> result < 0 ? ENDED : result;
    };
  }

  @Override
  public void awaitRoom(long nanos) {
    socket.awaitRoom(nanos);
  }

  @Override
  public Reception reception() {
    return reception;
  }

  /** Waits for the next frame. */
  int receive(InboundFrame into) {
    int result = socket.receive(into.bytes(), into.descriptors());
    if (result == FrameSocket.BROKEN) {
      return BROKEN;
    }
    return result < 0 ? ENDED : result;
  }

  @Override
  public void shutdownReceive() {
    socket.shutdownReceive();
  }

  @Override
  public void shutdown() {
    socket.shutdown();
  }

  @Override
  public void close() {
    socket.close();
  }
}
