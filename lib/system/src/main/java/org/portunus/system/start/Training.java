// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.start;

import java.io.IOException;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.TaskStart;
import org.portunus.system.socket.PacketSocket;
import org.portunus.system.xpc.connection.SocketTransport;

/**
 * Main of the run that the start-up cache of service tasks is made from: a whole life of a service
 * task with the dummy bundle, against a kernel in the same process. Never part of an instance.
 */
public final class Training {
  private Training() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Rehearsal.run();
    byte[] bytes = Rehearsal.image();
    LaunchRecord record = Rehearsal.record();
    try (MemoryFile image = MemoryFile.sealedCopy("training", bytes);
        UnixSocket.Pair sockets = UnixSocket.pair();
        UnixSocket.Pair ends = UnixSocket.pair()) {
      PacketSocket kernelEnd =
          PacketSocket.of(take(sockets.first()), KernelFrame.HEAD + KernelFrame.MAX_BODY);
      TrainingKernel kernel =
          new TrainingKernel(kernelEnd, record, image.descriptor(), ends.first());
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
      Rehearsal.call(SocketTransport.of(end), Rehearsal.loader());
    } catch (IOException unreadable) {
      throw new IllegalStateException("the dummy bundle", unreadable);
    }
  }
}
