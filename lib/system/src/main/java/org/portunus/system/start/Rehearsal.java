// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.start;

import java.io.IOException;
import java.lang.foreign.Arena;
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
import org.portunus.abi.link.LinkLayout;
import org.portunus.abi.link.SeverLayout;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.Mapping;
import org.portunus.system.code.StrictJar;
import org.portunus.system.link.LinkEnd;
import org.portunus.system.link.LinkMemory;
import org.portunus.system.link.LinkSide;
import org.portunus.system.link.SeverWords;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.TaskStart;
import org.portunus.system.socket.FrameSocket;
import org.portunus.system.socket.MemorySocket;
import org.portunus.system.xpc.ServiceType;
import org.portunus.system.xpc.XpcEvents;
import org.portunus.system.xpc.connection.CallTime;
import org.portunus.system.xpc.connection.ConnectionLimits;
import org.portunus.system.xpc.connection.Connector;
import org.portunus.system.xpc.connection.LinkTransport;
import org.portunus.system.xpc.connection.ServiceHost;
import org.portunus.system.xpc.connection.ServiceLink;
import org.portunus.system.xpc.connection.ServicePeer;
import org.portunus.system.xpc.connection.Transport;
import org.portunus.system.xpc.wire.Peer;

/**
 * Runs a dummy bundle, a part of the system, by the code that will run a real one: it is started by
 * a kernel in this process, loaded, checked in, connected to and called. Of it nothing is left but
 * what the Java machine has learned: its loader is dropped, its threads have ended, no descriptor
 * is open.
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
   */
  static void repeat() throws IOException, InterruptedException {
    for (int i = 0; i < TIMES; i++) {
      run();
    }
    byte[] image = image();
    for (int i = 0; i < READINGS; i++) {
      read(CodeImage.read(ByteBuffer.wrap(image)));
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

  static void run() throws IOException, InterruptedException {
    MemorySocket.Pair kernelSocket = MemorySocket.pair();
    MemorySocket.Pair connection = MemorySocket.pair();
    try (Descriptor jar = Descriptor.open(jar(), OpenFlag.READ_ONLY, 0)) {
      TrainingKernel kernel = new TrainingKernel(kernelSocket.first(), record(), jar, jar);
      Thread answering = Thread.ofPlatform().daemon().name("rehearsal").start(kernel::run);
      try (KernelSocket task = KernelSocket.over(kernelSocket.second())) {
        rehearse(task, connection);
      }
      answering.join();
    }
  }

  private static void rehearse(KernelSocket task, MemorySocket.Pair connection)
      throws IOException, InterruptedException {
    TaskStart start = task.taskReady();
    try (Descriptor mapped = start.codeImage();
        Arena arena = Arena.ofConfined()) {
      long size = mapped.status().size();
      var _ = Mapping.map(mapped, 0, size, Mapping.Access.READ, Mapping.Sharing.SHARED, arena);
    }
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    LinkMemory memory = LinkMemory.ofThisProcess(LinkLayout.MIN_CAPACITY);
    SeverWords words = SeverWords.ofThisProcess();
    ServiceHost host =
        Start.host(
            task,
            start.record(),
            CodeImage.read(ByteBuffer.wrap(image())),
            (_, standIn) -> {
              standIn.close();
              return transport(connection.first(), LinkSide.SERVICE, memory, words);
            });
    host.start();
    call(
        transport(connection.second(), LinkSide.CLIENT, memory, words),
        Thread.currentThread().getContextClassLoader());
    host.awaitEndAndDrain(Duration.ZERO);
    Thread.currentThread().setContextClassLoader(before);
  }

  private static Transport transport(
      FrameSocket end, LinkSide side, LinkMemory memory, SeverWords words) {
    int longest = ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY;
    return LinkTransport.of(end, new LinkEnd(memory, words, 0, SeverLayout.NO_LINK, side, longest));
  }

  private static Path jar() {
    return Path.of(System.getProperty("jdk.module.path", "")).resolve(JAR);
  }

  /** The image of the dummy bundle. */
  static byte[] image() throws IOException {
    ByteBuffer code = ByteBuffer.wrap(Files.readAllBytes(jar()));
    return CodeImage.write(List.of(new CodeImage.Entry("Contents/Java/rehearsal.jar", 0, code)));
  }

  /** A loader of the dummy bundle. */
  static ClassLoader loader() throws IOException {
    return new BundleLoader(
        CodeImage.read(ByteBuffer.wrap(image())), Rehearsal.class.getClassLoader());
  }

  /** What launchd would write for it. */
  static LaunchRecord record() {
    return new LaunchRecord(
        "rehearsal", "portunus.rehearsal", NO_IDENTITY, LIMITS, List.of(), List.of(SERVICE));
  }

  /** Is the client of the dummy bundle's service, until this end of the connection has ended. */
  static void call(Transport transport, ClassLoader loader) {
    try {
      Object calls = loader.loadClass(CALLS).getConstructor().newInstance();
      Object type = loader.loadClass(SERVICE.type()).getField("TYPE").get(null);
      if (calls instanceof Consumer<?> consumer && type instanceof ServiceType<?> serviceType) {
        @SuppressWarnings("unchecked") // the one class of this name takes any object
        Consumer<Object> client = (Consumer<Object>) consumer;
        call(transport, serviceType, client);
        return;
      }
    } catch (ReflectiveOperationException missing) {
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
