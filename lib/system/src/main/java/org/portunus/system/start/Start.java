// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.start;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.identity.CodeImage;
import org.portunus.abi.identity.PeerRequirement;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.Mapping;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.process.ThisProcess;
import org.portunus.system.port.Bootstrap;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.PortName;
import org.portunus.system.port.TaskStart;
import org.portunus.system.xpc.ClientRequirement;
import org.portunus.system.xpc.ServiceType;
import org.portunus.system.xpc.XpcEvents;
import org.portunus.system.xpc.connection.ConnectionLimits;
import org.portunus.system.xpc.connection.KernelLinks;
import org.portunus.system.xpc.connection.LinkTransport;
import org.portunus.system.xpc.connection.Offer;
import org.portunus.system.xpc.connection.ServiceHost;
import org.portunus.system.xpc.connection.ServiceTransports;
import org.portunus.system.xpc.connection.TracedEvents;

/**
 * Main of every service task. With the argument {@value #SPARE} it rehearses before it says that it
 * is ready. Exit status: 0 idle, {@value #REFUSED} when the code could not be started; the reason
 * is then on standard error.
 */
public final class Start {
  /** Exit status of a start that failed. */
  static final int REFUSED = 70;

  /** The argument of a task that will wait for its code. */
  static final String SPARE = "spare";

  private Start() {}

  /** Ends the process. */
  private record Exit(int status) implements Runnable {
    @Override
    public void run() {
      System.exit(status);
    }
  }

  public static void main(String[] arguments) throws InterruptedException {
    try {
      LinkTransport.prepare();
      KernelSocket kernel = KernelSocket.ofTask();
      if (List.of(arguments).contains(SPARE)) {
        Rehearsal.repeat(
            kernel
                .takeRehearsalMemory()
                .orElseThrow(
                    () -> new PortunusException(ErrorCode.PROTOCOL, "no memory to rehearse with")));
      }
      Runnable whenFailed = new Exit(REFUSED);
      StartWarmth.touch();
      SecondFilter.install();
      TaskStart start = kernel.taskReady();
      ThisProcess.makeUndumpable();
      serve(kernel, start, codeOf(start), whenFailed);
      System.exit(0);
    } catch (PortunusException | IOException failure) {
      System.err.println("start: " + failure.getMessage());
      System.exit(REFUSED);
    }
  }

  /**
   * Serves until it is idle or asked to end.
   *
   * @param whenFailed runs when no connection can be taken any more
   */
  static void serve(KernelSocket kernel, TaskStart start, CodeImage image, Runnable whenFailed)
      throws IOException, InterruptedException {
    ServiceHost host = host(kernel, start, image, new KernelLinks(kernel));
    host.start(start.portSet());
    new Bootstrap(kernel).serving();
    var _ = host.failure().thenAccept(failure -> whenFailed.run());
    host.awaitEndAndDrain(Duration.ofMillis(start.record().limits().idleMillis()));
  }

  /** Loads the code and makes what it offers at its ports. */
  static ServiceHost host(
      KernelSocket kernel, TaskStart start, CodeImage image, ServiceTransports transports)
      throws IOException {
    BundleLoader loader =
        new BundleLoader(image, Start.class.getClassLoader(), start.record().libraries());
    Thread.currentThread().setContextClassLoader(loader);
    List<LaunchRecord.OfferedService> services = start.record().services();
    List<ServiceHost.OfferedPort> ports = new ArrayList<>();
    for (int i = 0; i < services.size(); i++) {
      Offer<?> offer = offer(loader, services.get(i));
      PortName port = start.port(i);
      // A port that a task gets requires nothing; this has to come before the first receive.
      requirement(services.get(i), offer)
          .ifPresent(required -> kernel.require(port, Optional.of(required)));
      ports.add(new ServiceHost.OfferedPort(port, offer));
    }
    return new ServiceHost(
        kernel, ports, ConnectionLimits.in(kernel.greeting()), events(loader), transports);
  }

  private static XpcEvents events(BundleLoader loader) {
    XpcEvents events = new ServiceEvents();
    return loader.isTraced() ? TracedEvents.of(events) : events;
  }

  /**
   * The image. launchd hashed these sealed bytes into the record; to hash them here again would
   * guarantee nothing (rule C8).
   */
  static CodeImage codeOf(TaskStart start) throws IOException {
    try (Descriptor descriptor = start.codeImage()) {
      int seals = MemoryFile.sealBits(descriptor.raw());
      if (seals < 0 || (seals & MemoryFile.FULLY_SEALED) != MemoryFile.FULLY_SEALED) {
        throw new PortunusException(ErrorCode.BUNDLE, "the code image is not fully sealed");
      }
      return CodeImage.read(map(descriptor));
    } catch (IllegalArgumentException damaged) {
      throw new PortunusException(ErrorCode.BUNDLE, String.valueOf(damaged.getMessage()), damaged);
    }
  }

  /** A file, mapped as long as somebody has it. */
  static ByteBuffer map(Descriptor file) throws LinuxException {
    long size = file.status().size();
    if (size < 1 || size > CodeImage.MAX_BYTES) {
      throw new PortunusException(ErrorCode.BUNDLE, "a code image of " + size + " bytes");
    }
    return Mapping.map(file, 0, size, Mapping.Access.READ, Mapping.Sharing.SHARED, Arena.ofAuto())
        .asByteBuffer();
  }

  private static Offer<?> offer(BundleLoader loader, LaunchRecord.OfferedService service) {
    try {
      Object type = loader.loadClass(service.type()).getField("TYPE").get(null);
      Object implementation =
          loader.loadClass(service.implementation()).getConstructor().newInstance();
      if (!(type instanceof ServiceType<?> serviceType)) {
        throw refused(service, service.type() + ".TYPE is no ServiceType");
      }
      return pair(serviceType, implementation, service);
    } catch (InvocationTargetException thrown) {
      throw refused(service, "its constructor threw " + thrown.getCause());
    } catch (ReflectiveOperationException | LinkageError missing) {
      throw refused(service, missing.toString());
    }
  }

  private static Optional<PeerRequirement> requirement(
      LaunchRecord.OfferedService service, Offer<?> offer) {
    try {
      return Optional.ofNullable(
              offer.implementation().getClass().getAnnotation(ClientRequirement.class))
          .map(stated -> PeerRequirement.parse(stated.value()));
    } catch (IllegalArgumentException wrong) {
      throw refused(service, String.valueOf(wrong.getMessage()));
    }
  }

  private static <T> Offer<T> pair(
      ServiceType<T> type, Object implementation, LaunchRecord.OfferedService service) {
    if (!type.interfaceClass().isInstance(implementation)) {
      throw refused(
          service,
          service.implementation() + " does not implement " + type.interfaceClass().getName());
    }
    return new Offer<>(type, type.interfaceClass().cast(implementation));
  }

  private static PortunusException refused(LaunchRecord.OfferedService service, String why) {
    return new PortunusException(ErrorCode.BUNDLE, "service " + service.name() + ": " + why);
  }
}
