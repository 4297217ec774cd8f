// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.start;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
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
  /**
   * What starts load and no training runs: a task's own kernel socket, its second filter, what a
   * spare rehearses with. Each would be read from its jar, which nothing else opens; a jar that
   * only spares open would be a descriptor that a cold start has not.
   */
  private static final List<String> ONLY_LOADED =
      List.of(
          "org.portunus.system.port.KernelSocket$OfTask",
          "org.portunus.system.port.RehearsalMemory",
          "org.portunus.system.start.Start$Exit",
          "org.portunus.system.start.SecondFilter",
          "org.portunus.linux.seccomp.FilterProgram",
          "org.portunus.linux.seccomp.Instruction",
          "org.portunus.linux.seccomp.Seccomp",
          "org.portunus.linux.seccomp.Seccomp$Threads",
          "java.util.Base64",
          "java.util.Base64$Decoder",
          "java.util.Base64$Encoder");

  private Training() {}

  public static void main(String[] arguments)
      throws IOException, InterruptedException, ClassNotFoundException {
    for (String name : ONLY_LOADED) {
      Class<?> _ = Class.forName(name, false, Training.class.getClassLoader());
    }
    try (RehearsalLink link = RehearsalLink.make()) {
      Rehearsal.run(link);
    }
    MemorySegment bytes = MemorySegment.ofBuffer(Rehearsal.image());
    LaunchRecord record = Rehearsal.record();
    try (MemoryFile image = MemoryFile.sealedCopy("training", bytes);
        UnixSocket.Pair sockets = UnixSocket.pair();
        UnixSocket.Pair ends = UnixSocket.pair()) {
      PacketSocket kernelEnd =
          PacketSocket.of(Rehearsal.take(sockets.first()), KernelFrame.HEAD + KernelFrame.MAX_BODY);
      TrainingKernel kernel =
          new TrainingKernel(kernelEnd, record, image.descriptor(), ends.first(), Optional.empty());
      Thread.ofPlatform().daemon().start(kernel::run);
      Thread client = Thread.ofPlatform().start(() -> call(Rehearsal.take(ends.second())));
      try (KernelSocket task = KernelSocket.over(Rehearsal.take(sockets.second()))) {
        StartWarmth.touch();
        TaskStart start = task.taskReady();
        Start.serve(task, start, Start.codeOf(start), () -> {});
      }
      client.join();
    }
  }

  /** The client of the service: the same calls as in a rehearsal, over a socket. */
  private static void call(Descriptor end) {
    Rehearsal.call(SocketTransport.of(end));
  }
}
