// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.start;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.identity.CodeIdentity;
import org.portunus.abi.identity.CodeImage;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.system.code.StrictJar;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.RehearsalMemory;
import org.portunus.system.port.TaskStart;
import org.portunus.system.socket.PacketSocket;
import org.portunus.system.xpc.ServiceType;
import org.portunus.system.xpc.XpcEvents;
import org.portunus.system.xpc.connection.CallTime;
import org.portunus.system.xpc.connection.ConnectionLimits;
import org.portunus.system.xpc.connection.Connector;
import org.portunus.system.xpc.connection.ServiceLink;
import org.portunus.system.xpc.connection.ServicePeer;
import org.portunus.system.xpc.connection.Transport;
import org.portunus.system.xpc.wire.Peer;

/**
 * Runs a dummy bundle, a part of the system, by the code that will run a real one: it is started by
 * a kernel in this process, over sockets and memory like an instance's, loaded, connected to,
 * called and ended. Of it nothing is left but what the Java machine has learned: its loader is
 * dropped, its threads have ended, no descriptor is open. The kernel gives the memory; the second
 * filter refuses the sockets.
 */
final class Rehearsal {
  private static final LaunchRecord.OfferedService SERVICE =
      new LaunchRecord.OfferedService(
          "portunus.rehearsal",
          "portunus.rehearsal.RehearsalXpc",
          "portunus.rehearsal.RehearsalService");
  private static final String CALLS = "portunus.rehearsal.RehearsalCalls";
  private static final int TIMES = 8;
  private static final int READINGS = 24;
  private static final String JAR = "rehearsal/rehearsal.jar";
  private static final LaunchRecord.Limits LIMITS =
      new LaunchRecord.Limits(64, 256, 64, 60, 64, 1000, 1000);
  private static final CodeIdentity NO_IDENTITY =
      CodeIdentity.ofBytes(new byte[CodeIdentity.BYTES]);
  private static final ConnectionLimits CONNECTION =
      new ConnectionLimits(
          4 << 20,
          1,
          16,
          16,
          2,
          8 << 20,
          16,
          ConnectionLimits.FileRightTravel.DESCRIPTOR,
          Duration.ofSeconds(10));

  private Rehearsal() {}

  /**
   * Rehearses so often that the Java machine has compiled what takes a start longest, then gives
   * back what that took.
   *
   * @param memory becomes this method's
   */
  static void repeat(RehearsalMemory memory) throws IOException, InterruptedException {
    try (RehearsalLink link = new RehearsalLink(memory.link(), memory.words())) {
      for (int i = 0; i < TIMES; i++) {
        run(link);
      }
    }
    ByteBuffer image = image();
    for (int i = 0; i < READINGS; i++) {
      read(CodeImage.read(image));
    }
    System.gc();
  }

  private static void read(CodeImage image) throws IOException {
    for (CodeImage.Entry file : image.entries()) {
      StrictJar jar = StrictJar.open(file.content());
      for (String name : jar.names()) {
        Optional<byte[]> unusedContent = jar.read(name);
      }
    }
  }

  static void run(RehearsalLink link) throws IOException, InterruptedException {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (UnixSocket.Pair sockets = UnixSocket.pair();
        UnixSocket.Pair ends = UnixSocket.pair();
        Descriptor jar = Descriptor.open(jar(), OpenFlag.READ_ONLY, 0)) {
      TrainingKernel kernel =
          new TrainingKernel(
              PacketSocket.of(take(sockets.first()), KernelFrame.HEAD + KernelFrame.MAX_BODY),
              record(),
              jar,
              ends.first(),
              Optional.of(link));
      Thread answering = Thread.ofPlatform().daemon().name("rehearsal").start(kernel::run);
      Transport transport = link.client(take(ends.second()));
      Thread calling = Thread.ofPlatform().daemon().start(() -> call(transport));
      try (KernelSocket task = KernelSocket.over(take(sockets.second()))) {
        TaskStart start = task.taskReady();
        try (Descriptor mapped = start.codeImage()) {
          ByteBuffer unusedJar = Start.map(mapped);
        }
        Start.serve(task, start, CodeImage.read(image()), () -> {});
      }
      calling.join();
      answering.join();
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  /** The descriptor, for one who closes it. */
  static Descriptor take(Descriptor descriptor) {
    return Descriptor.own(descriptor.release());
  }

  private static Path jar() {
    return BundleLoader.beside(JAR);
  }

  /** The image of the dummy bundle, read-only memory as those of others are. */
  static ByteBuffer image() throws IOException {
    ByteBuffer code = ByteBuffer.wrap(Files.readAllBytes(jar()));
    byte[] image =
        CodeImage.write(List.of(new CodeImage.Entry("Contents/Java/rehearsal.jar", 0, code)));
    return Arena.ofAuto().allocateFrom(ValueLayout.JAVA_BYTE, image).asReadOnly().asByteBuffer();
  }

  /** What launchd would write for it. */
  static LaunchRecord record() {
    return new LaunchRecord(
        "rehearsal", "portunus.rehearsal", NO_IDENTITY, LIMITS, List.of(), List.of(SERVICE));
  }

  /** Is the client of the dummy bundle's service, until this end of the connection has ended. */
  static void call(Transport transport) {
    try {
      CodeImage image = CodeImage.read(image());
      ClassLoader loader = new BundleLoader(image, Rehearsal.class.getClassLoader());
      Object calls = loader.loadClass(CALLS).getConstructor().newInstance();
      Object type = loader.loadClass(SERVICE.type()).getField("TYPE").get(null);
      if (calls instanceof Consumer<?> consumer && type instanceof ServiceType<?> serviceType) {
        @SuppressWarnings("unchecked") // the one class of this name takes any object
        Consumer<Object> client = (Consumer<Object>) consumer;
        call(transport, serviceType, client);
        return;
      }
    } catch (ReflectiveOperationException | IOException missing) {
      throw new PortunusException(ErrorCode.BUNDLE, CALLS + " can't be made", missing);
    }
    throw new PortunusException(ErrorCode.BUNDLE, CALLS + " takes no proxy");
  }

  private static void call(Transport transport, ServiceType<?> type, Consumer<Object> client) {
    OneConnection connection = new OneConnection(transport, new CompletableFuture<>());
    ServiceLink link = new ServiceLink(type, connection, CONNECTION, XpcEvents.NONE);
    try {
      client.accept(type.proxy(new ServicePeer(link, CallTime.UNLIMITED), Peer.ROOT));
    } finally {
      link.end(ErrorCode.INVALID, "the rehearsal is over");
    }
    Boolean unusedClosed = connection.ended.join();
  }

  /** Gives out the one transport. */
  private record OneConnection(Transport transport, CompletableFuture<Boolean> ended)
      implements Connector {
    @Override
    public Connected connect() {
      return new Connected(1, transport);
    }

    @Override
    public ErrorCode reasonOfEnd() {
      return ErrorCode.INTERRUPTED;
    }

    @Override
    public void callOverdue(long connection, long call) {
      // Calls of a rehearsal have no deadline.
    }

    @Override
    public void closed(long connection) {
      ended.complete(true);
    }

    @Override
    public void linkEnded() {
      // The connection's end says it.
    }
  }
}
