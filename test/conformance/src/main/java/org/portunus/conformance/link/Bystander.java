// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.portunus.abi.error.PortunusException;
import org.portunus.conformance.link.KernelPart.Link;
import org.portunus.kernel.link.TaskWords;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.link.LinkEnd;
import org.portunus.system.link.LinkMemory;
import org.portunus.system.link.LinkSide;
import org.portunus.system.link.SeverWords;
import org.portunus.system.xpc.connection.LinkTransport;

/** An honest client of the same victim, that keeps calling over a link of its own. */
final class Bystander implements AutoCloseable {
  private static final Duration TIME = Duration.ofSeconds(30);
  private static final int MOST = 200_000;
  private static final long PAUSE = 200_000;

  private final TargetScript.Caller caller;
  private final Target target;
  private final AtomicBoolean over = new AtomicBoolean();
  private final long[] nanos = new long[MOST];
  private final Thread thread;
  private volatile int calls;
  private volatile String failure = "";

  /**
   * @param words of its own
   */
  Bystander(Link link, TaskWords words) throws LinuxException {
    TaskWords.Place place = words.open().orElseThrow();
    LinkEnd end;
    try (Descriptor handed = words.handOver()) {
      end =
          new LinkEnd(
              LinkMemory.map(link.memory().descriptor()),
              SeverWords.map(handed),
              place.index(),
              place.epoch(),
              LinkSide.CLIENT,
              RawLink.MAX);
    }
    Descriptor socket = link.attacker().duplicate(0);
    caller = new TargetScript.Caller(LinkTransport.of(socket, end));
    target = caller.target(TIME);
    thread = Thread.ofPlatform().daemon().name("bystander").start(this::keepCalling);
  }

  private void keepCalling() {
    byte[] bytes = new byte[64];
    int made = 0;
    while (!over.get() && made < MOST) {
      bytes[0]++;
      long begin = System.nanoTime();
      try {
        if (!Arrays.equals(bytes, target.echo(bytes))) {
          failure = "another answer";
          return;
        }
      } catch (PortunusException refused) {
        failure = "call " + made + ": " + refused.getMessage();
        return;
      }
      nanos[made++] = System.nanoTime() - begin;
      calls = made;
      LockSupport.parkNanos(PAUSE);
    }
  }

  int calls() {
    return calls;
  }

  /** Empty as long as every call was answered. */
  String failure() {
    return failure;
  }

  /** In microseconds, of the calls of a range. */
  double percentile(int from, int to, double part) {
    long[] range = Arrays.copyOfRange(nanos, from, Math.max(from + 1, to));
    Arrays.sort(range);
    return range[(int) (part * (range.length - 1))] / 1000.0;
  }

  @Override
  public void close() {
    over.set(true);
    caller.close();
    while (thread.isAlive()) {
      LockSupport.parkNanos(PAUSE);
    }
  }
}
