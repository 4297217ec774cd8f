// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.portunus.system.xpc.FileRight;

/** The victim as a service. */
final class TargetService implements Target {
  private final CompletableFuture<Runnable> drain = new CompletableFuture<>();

  void onDrain(Runnable action) {
    drain.complete(action);
  }

  @Override
  public byte[] echo(byte[] bytes) {
    return bytes;
  }

  @Override
  public void note(byte[] bytes) {}

  @Override
  public byte[] zeros(int length) {
    return new byte[Math.clamp(length, 0, Frames.MAX_MESSAGE)];
  }

  @Override
  public int hold(int millis) {
    CountDownLatch never = new CountDownLatch(1);
    try {
      return never.await(Math.clamp(millis, 0, 200), TimeUnit.MILLISECONDS) ? 1 : 0;
    } catch (InterruptedException cancelled) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  @Override
  public int read(FileRight file) {
    try (var channel = file.channel()) {
      ByteBuffer first = ByteBuffer.allocate(1);
      return channel.read(first) == 1 ? first.get(0) : -1;
    } catch (IOException unreadable) {
      return -1;
    }
  }

  @Override
  public int keep(TargetListener listener) {
    return listener.told(1);
  }

  @Override
  public TargetListener lend() {
    return new TargetScript.Told();
  }

  @Override
  public void linger(int millis) {
    int _ = hold(millis);
  }

  @Override
  public void drain() {
    var _ = drain.thenAccept(Runnable::run);
  }
}
