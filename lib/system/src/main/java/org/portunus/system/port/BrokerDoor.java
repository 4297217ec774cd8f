// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.system.socket.PacketSocket;

/**
 * Where programs outside an instance enter: the broker's socket in the run folder. The broker looks
 * at who connects and answers with one message: the kernel socket as its only descriptor, or an i32
 * error number and a string.
 */
final class BrokerDoor {
  private static final int ATTEMPTS = 4;
  private static final int MAX_ANSWER = 8192;
  private static final int MAX_DETAIL = 4096;
  private static final int PATIENCE_SECONDS = 30;

  private BrokerDoor() {}

  /** At a door that closed because another instance has taken its place, once more at the new. */
  static Descriptor enter(Path runSocket) {
    for (int i = 1; ; i++) {
      Object before = key(runSocket);
      try {
        return enterOnce(runSocket);
      } catch (PortunusException closed) {
        boolean same = before.equals(key(runSocket));
        if (closed.code() != ErrorCode.INSTANCE_ENDED || same || i == ATTEMPTS) {
          throw closed;
        }
      }
    }
  }

  /** What stands there now: a number of the file system, or the path for want of it. */
  private static Object key(Path socket) {
    try {
      Object key = Files.readAttributes(socket, BasicFileAttributes.class).fileKey();
      return key == null ? socket : key;
    } catch (IOException none) {
      return socket;
    }
  }

  private static Descriptor enterOnce(Path runSocket) {
    PacketSocket door;
    try {
      door = PacketSocket.of(UnixSocket.connect(runSocket), MAX_ANSWER);
    } catch (LinuxException failure) {
      throw new PortunusException(
          ErrorCode.INSTANCE_ENDED, "no instance answers at " + runSocket, failure);
    }
    CompletableFuture<Descriptor> answer = new CompletableFuture<>();
    Thread.ofPlatform().daemon().name("broker-door").start(() -> receive(door, answer));
    try {
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof PortunusException refusal
          ? refusal
          : new IllegalStateException("the door failed without a reason", e);
    } catch (TimeoutException e) {
      throw new PortunusException(
          ErrorCode.INSTANCE_ENDED, "the instance at " + runSocket + " does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PortunusException(ErrorCode.CANCELLED, "interrupted while connecting", e);
    } finally {
      door.shutdown();
    }
  }

  private static void receive(PacketSocket door, CompletableFuture<Descriptor> answer) {
    List<Descriptor> descriptors = PacketSocket.descriptorList();
    try (door) {
      byte[] bytes = new byte[MAX_ANSWER];
      int length = door.receive(bytes, descriptors);
      if (length > 0 && descriptors.size() == 1) {
        if (answer.complete(descriptors.getFirst())) {
          descriptors.clear();
        }
      } else {
        answer.completeExceptionally(refusal(bytes, length));
      }
    } finally {
      descriptors.forEach(Descriptor::close);
    }
  }

  private static PortunusException refusal(byte[] bytes, int length) {
    if (length <= 0) {
      return new PortunusException(ErrorCode.INSTANCE_ENDED, "the instance closed the door");
    }
    try {
      WireReader in = new WireReader(ByteBuffer.wrap(bytes, 0, length));
      ErrorCode code = ErrorCode.of(in.i32("error")).orElse(ErrorCode.DENIED);
      return new PortunusException(code, in.string("detail", MAX_DETAIL));
    } catch (MalformedFrameException e) {
      return new PortunusException(ErrorCode.PROTOCOL, "the broker's answer", e);
    }
  }
}
