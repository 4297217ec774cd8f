// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.start;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.identity.CodeImage;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.TaskStart;
import org.portunus.system.socket.PacketSocket;
import org.portunus.system.xpc.XpcEvents;
import org.portunus.system.xpc.connection.CallTime;
import org.portunus.system.xpc.connection.Connector;
import org.portunus.system.xpc.connection.Offer;
import org.portunus.system.xpc.connection.ServiceLink;
import org.portunus.system.xpc.connection.ServicePeer;
import org.portunus.system.xpc.connection.SocketTransport;
import org.portunus.system.xpc.wire.Peer;

/**
 * Main of the run that the start-up cache of service tasks is made from: a whole life of a service
 * task with the dummy bundle, against a kernel in the same process. Never part of an instance.
 */
public final class Training {
  private Training() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Rehearsal.run();
    byte[] bytes = Rehearsal.image();
    LaunchRecord record = Rehearsal.record(CodeImage.read(ByteBuffer.wrap(bytes)));
    try (MemoryFile image = MemoryFile.sealedCopy("training", bytes);
        UnixSocket.Pair sockets = UnixSocket.pair();
        UnixSocket.Pair ends = UnixSocket.pair()) {
      PacketSocket kernelEnd =
          PacketSocket.of(take(sockets.first()), KernelFrame.HEAD + KernelFrame.MAX_BODY);
      TrainingKernel kernel = new TrainingKernel(kernelEnd, record, image, ends.first());
      Thread.ofPlatform().daemon().start(kernel::run);
      Thread client = Thread.ofPlatform().start(() -> call(take(ends.second())));
      try (KernelSocket task = KernelSocket.over(take(sockets.second()))) {
        StartWarmth.touch();
        TaskStart start = task.taskReady();
        Start.serve(task, start, () -> {});
      }
      client.join();
    }
  }

  private static Descriptor take(Descriptor descriptor) {
    return Descriptor.own(descriptor.release());
  }

  /** The client of the service: the same calls as in a rehearsal, over a socket. */
  private static void call(Descriptor end) {
    try {
      CodeImage image = CodeImage.read(ByteBuffer.wrap(Rehearsal.image()));
      BundleLoader loader = new BundleLoader(image, Training.class.getClassLoader());
      Offer<?> offer = Start.offer(loader, Rehearsal.SERVICE);
      call(end, offer, Rehearsal.calls(loader));
    } catch (IOException unreadable) {
      throw new IllegalStateException("the dummy bundle", unreadable);
    }
  }

  private static <T> void call(Descriptor end, Offer<T> offer, Consumer<Object> calls) {
    ServiceLink link =
        new ServiceLink(offer.type(), new OneSocket(end), Rehearsal.CONNECTION, XpcEvents.NONE);
    calls.accept(offer.type().proxy(new ServicePeer(link, CallTime.UNLIMITED), Peer.ROOT));
    link.end(ErrorCode.INVALID, "the training is over");
  }

  /** Gives out the one connection. */
  private record OneSocket(Descriptor end) implements Connector {
    @Override
    public Connected connect() {
      return new Connected(1, SocketTransport.of(end));
    }

    @Override
    public ErrorCode reasonOfEnd() {
      return ErrorCode.INTERRUPTED;
    }

    @Override
    public void callOverdue(long connection, long call) {
      // Calls of a training have no deadline.
    }

    @Override
    public void closed(long connection) {
      // The kernel of a training keeps no connections.
    }

    @Override
    public void linkEnded() {
      // Likewise.
    }
  }
}
