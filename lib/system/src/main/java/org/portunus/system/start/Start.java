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
import org.portunus.system.xpc.connection.ConnectionLimits;
import org.portunus.system.xpc.connection.KernelLinks;
import org.portunus.system.xpc.connection.LinkTransport;
import org.portunus.system.xpc.connection.Offer;
import org.portunus.system.xpc.connection.ServiceHost;
import org.portunus.system.xpc.connection.ServiceTransports;

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

  public static void main(String[] arguments) throws InterruptedException {
    try {
      KernelSocket kernel = KernelSocket.ofTask();
      LinkTransport.prepare();
      if (List.of(arguments).contains(SPARE)) {
        Rehearsal.repeat();
      }
      StartWarmth.touch();
      SecondFilter.install();
      TaskStart start = kernel.taskReady();
      ThisProcess.makeUndumpable();
      serve(kernel, start, () -> System.exit(REFUSED));
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
  static void serve(KernelSocket kernel, TaskStart start, Runnable whenFailed)
      throws IOException, InterruptedException {
    ServiceHost host = host(kernel, start.record(), codeOf(start), new KernelLinks(kernel));
    host.start();
    var _ = host.failure().thenAccept(failure -> whenFailed.run());
    host.awaitEndAndDrain(Duration.ofMillis(start.record().limits().idleMillis()));
  }

  /** Loads the code, makes what it offers and checks its services in. */
  static ServiceHost host(
      KernelSocket kernel, LaunchRecord record, CodeImage image, ServiceTransports transports)
      throws IOException {
    BundleLoader loader = new BundleLoader(image, Start.class.getClassLoader());
    Thread.currentThread().setContextClassLoader(loader);
    Bootstrap bootstrap = new Bootstrap(kernel);
    List<ServiceHost.OfferedPort> ports = new ArrayList<>();
    for (LaunchRecord.OfferedService service : record.services()) {
      Offer<?> offer = offer(loader, service);
      PortName port = bootstrap.checkIn(service.name());
      kernel.require(port, requirement(service, offer));
      ports.add(new ServiceHost.OfferedPort(port, offer));
    }
    return new ServiceHost(
        kernel, ports, ConnectionLimits.in(kernel.greeting()), new ServiceEvents(), transports);
  }

  /**
   * The image, mapped for this process's life. launchd hashed these sealed bytes into the record;
   * to hash them here again would guarantee nothing (rule C8).
   */
  private static CodeImage codeOf(TaskStart start) throws IOException {
    try (Descriptor descriptor = start.codeImage()) {
      int seals = MemoryFile.sealBits(descriptor.raw());
      if (seals < 0 || (seals & MemoryFile.FULLY_SEALED) != MemoryFile.FULLY_SEALED) {
        throw new PortunusException(ErrorCode.BUNDLE, "the code image is not fully sealed");
      }
      long size = descriptor.status().size();
      if (size < 1 || size > CodeImage.MAX_BYTES) {
        throw new PortunusException(ErrorCode.BUNDLE, "a code image of " + size + " bytes");
      }
      ByteBuffer bytes =
          Mapping.map(
                  descriptor, 0, size, Mapping.Access.READ, Mapping.Sharing.SHARED, Arena.global())
              .asByteBuffer();
      return CodeImage.read(bytes);
    } catch (IllegalArgumentException damaged) {
      throw new PortunusException(ErrorCode.BUNDLE, String.valueOf(damaged.getMessage()), damaged);
    }
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
