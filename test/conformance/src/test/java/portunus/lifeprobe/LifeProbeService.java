// SPDX-License-Identifier: Apache-2.0
package portunus.lifeprobe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.FileRight;
import org.slf4j.LoggerFactory;

/** The misbehaving service. */
public final class LifeProbeService implements LifeProbe {
  private final AtomicInteger sleepers = new AtomicInteger();
  private final AtomicLong noted = new AtomicLong();
  private final List<ProbeListener> kept = new CopyOnWriteArrayList<>();

  @Override
  public long echo(long value) {
    return value;
  }

  @Override
  public void sleep(ProbeListener started) {
    sleepers.incrementAndGet();
    try {
      started.told(0);
      new CountDownLatch(1).await();
    } catch (InterruptedException cancelled) {
      Thread.currentThread().interrupt();
    } finally {
      sleepers.decrementAndGet();
    }
  }

  @Override
  public void loop(ProbeListener started) {
    started.told(0);
    long turns = 0;
    while (turns >= 0) {
      turns = (turns + 1) & Integer.MAX_VALUE;
    }
  }

  @Override
  public void crash(int status) {
    Runtime.getRuntime().halt(status);
  }

  @Override
  public int sleepers() {
    return sleepers.get();
  }

  @Override
  public long callBack(ProbeListener listener, int times) {
    long sum = 0;
    for (int i = 0; i < times; i++) {
      sum += listener.told(i);
    }
    return sum;
  }

  @Override
  public void keep(ProbeListener listener) {
    kept.add(listener);
  }

  @Override
  public int tellKept(long value) {
    List<ProbeListener> gone = new ArrayList<>();
    for (ProbeListener listener : kept) {
      try {
        listener.told(value);
      } catch (PortunusException ended) {
        gone.add(listener);
      }
    }
    kept.removeAll(gone);
    return kept.size();
  }

  @Override
  public ProbeListener doubler() {
    return value -> 2 * value;
  }

  @Override
  public void note(long value) {
    noted.addAndGet(value);
  }

  @Override
  public long noted() {
    return noted.get();
  }

  @Override
  public long read(FileRight file) {
    try (InputStream in = file.inputStream()) {
      long sum = 0;
      for (byte b : in.readAllBytes()) {
        sum += b;
      }
      return sum;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void print(String text, int lines) {
    for (int i = 0; i < lines; i++) {
      System.out.println("out " + i + " " + text);
      System.err.println("err " + i + " " + text);
      LoggerFactory.getLogger("probe").info("log {} {}", i, text);
    }
  }

  @Override
  public long allocate(int mebibytes) {
    List<byte[]> blocks = new ArrayList<>();
    for (int i = 0; i < mebibytes; i++) {
      blocks.add(new byte[1 << 20]);
    }
    return blocks.size();
  }
}
