// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.RightKind;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;
import portunus.lifeprobe.LifeProbeXpc;
import portunus.lifeprobe.ProbeListener;

/**
 * A client program that holds as much as it can: ports, connections, objects in both directions,
 * calls in flight. Arguments: the instance's socket, the service. It says {@code ready TASK} when
 * it holds all, then one line {@code ended CODE} for each call that ends.
 */
final class ClientMain {
  static final int PORTS = 16;
  static final int CONNECTIONS = 3;
  static final int OBJECTS = 4;
  static final int CALLS = 4;

  private ClientMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    Path socket = Path.of(arguments[0]);
    KernelSocket kernel = KernelSocket.connect(socket);
    for (int i = 0; i < PORTS; i++) {
      var unusedPort = kernel.allocate(RightKind.RECEIVE);
    }
    Instance instance = Instance.connect(socket);
    List<ServiceConnection<LifeProbe>> connections = new ArrayList<>();
    List<ProbeListener> held = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      ServiceConnection<LifeProbe> connection = instance.open(LifeProbeXpc.TYPE, arguments[1]);
      connections.add(connection);
      held.add(connection.proxy().doubler());
    }
    LifeProbe probe = connections.getFirst().proxy();
    for (int i = 0; i < OBJECTS; i++) {
      int number = i;
      probe.keep(value -> value + number);
    }
    CountDownLatch asleep = new CountDownLatch(CALLS);
    List<Thread> calls = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      calls.add(Thread.ofPlatform().start(() -> sleep(probe, asleep)));
    }
    asleep.await();
    System.out.println(
        "ready " + kernel.greeting().task() + " " + instance.task() + " " + held.size());
    for (Thread call : calls) {
      call.join();
    }
    System.exit(0);
  }

  private static void sleep(LifeProbe probe, CountDownLatch asleep) {
    try {
      probe.sleep(value -> {
        asleep.countDown();
        return value;
      });
      System.out.println("ended well");
    } catch (PortunusException end) {
      System.out.println("ended " + end.code().dotted());
    }
  }
}
