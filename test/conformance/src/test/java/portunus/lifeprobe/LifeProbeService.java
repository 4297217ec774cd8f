// SPDX-License-Identifier: Apache-2.0
package portunus.lifeprobe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.system.pager.PageSource;
import org.portunus.system.pager.PagedMemory;
import org.portunus.system.port.CallCounts;
import org.portunus.system.port.KernelResultException;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.MachMessage;
import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.MemoryRight;
import org.portunus.system.xpc.PortRight;
import org.portunus.system.xpc.ServiceConnection;
import org.slf4j.LoggerFactory;

/** The misbehaving service. */
public class LifeProbeService implements LifeProbe {
  private final AtomicInteger sleepers = new AtomicInteger();
  private final AtomicLong noted = new AtomicLong();
  private final List<ProbeListener> kept = new CopyOnWriteArrayList<>();
  private final Queue<CompletableFuture<Long>> stages = new ConcurrentLinkedQueue<>();
  private final AtomicInteger cancelled = new AtomicInteger();
  private final AtomicReference<PortRight> mailbox = new AtomicReference<>();
  private final Queue<PortRight> keptPorts = new ConcurrentLinkedQueue<>();

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
  public String trace() {
    return TraceOfThread.text();
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

  @Override
  public CompletionStage<Long> later(ProbeListener started) {
    CompletableFuture<Long> stage = new CompletableFuture<>();
    var _ =
        stage.whenComplete((value, thrown) -> {
          if (stage.isCancelled()) {
            cancelled.incrementAndGet();
          }
        });
    stages.add(stage);
    try {
      started.told(0);
    } catch (PortunusException interrupted) {
      // The cancel was faster than the answer of who was told: there is no stage to cancel yet.
      stage.cancel(true);
      throw interrupted;
    }
    return stage;
  }

  @Override
  public int endStages(long value) {
    int ended = 0;
    for (CompletableFuture<Long> stage = stages.poll(); stage != null; stage = stages.poll()) {
      ended += stage.complete(value) ? 1 : 0;
    }
    return ended;
  }

  @Override
  public int cancelledStages() {
    return cancelled.get();
  }

  @Override
  public long attempt(ProbeListener attempts, int bad) {
    long number = attempts.told(0);
    if (number <= bad) {
      Runtime.getRuntime().halt(1);
    }
    return number;
  }

  @Override
  public CompletionStage<Long> attemptLater(ProbeListener attempts, int bad) {
    return CompletableFuture.supplyAsync(() -> attempt(attempts, bad));
  }

  @Override
  public long attemptOnce(ProbeListener attempts, int bad) {
    return attempt(attempts, bad);
  }

  @Override
  public long askOther(String service) {
    try (ServiceConnection<LifeProbe> other = Instance.ofTask().open(LifeProbeXpc.TYPE, service)) {
      return other.proxy().echo(7);
    }
  }

  @Override
  public long sum(MemoryRight memory) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = memory.map(arena);
      long sum = 0;
      for (long i = 0; i < bytes.byteSize(); i++) {
        sum += bytes.get(ValueLayout.JAVA_BYTE, i);
      }
      return sum;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public MemoryRight memory(long size, byte value) {
    try {
      return MemoryRight.create(size, memory -> memory.fill(value));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public long spread(Parcel parcel, int id) {
    for (PortRight port : parcel.ports()) {
      port.kernel()
          .send(
              new OutgoingMessage(
                  0, port.name().as(travel(port)), Optional.empty(), id, List.of(), new byte[0]),
              List.of());
    }
    return parcel.file().map(this::read).orElse(0L) + sum(parcel.memory());
  }

  private static Disposition travel(PortRight port) {
    return port.kind() == RightKind.SEND_ONCE ? Disposition.MOVE_SEND_ONCE : Disposition.COPY_SEND;
  }

  @Override
  public PortRight mailbox() {
    PortRight receive = PortRight.allocate(KernelSocket.ofTask());
    mailbox.set(receive);
    return receive.makeSend();
  }

  @Override
  public int nextMail() {
    return next(mailbox.get());
  }

  private static int next(PortRight port) {
    try (MachMessage message = port.kernel().receive(port.name())) {
      return message.content().id();
    }
  }

  @Override
  public int receiveFrom(PortRight port) {
    return next(port);
  }

  @Override
  public void keepPort(PortRight port) {
    keptPorts.add(port.keep());
  }

  @Override
  public int dropPorts() {
    int dropped = 0;
    for (PortRight port = keptPorts.poll(); port != null; port = keptPorts.poll()) {
      port.close();
      dropped++;
    }
    return dropped;
  }

  @Override
  public byte[] reversed(byte[] bytes) {
    byte[] turned = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      turned[i] = bytes[bytes.length - 1 - i];
    }
    return turned;
  }

  @Override
  public void fail(String message, String cause) {
    throw new IllegalStateException(message, new UnsupportedOperationException(cause));
  }

  @Override
  public void claim(long taken, long answered) {
    KernelSocket.ofTask()
        .onReport(
            new CallCounts() {
              @Override
              public long taken() {
                return taken;
              }

              @Override
              public long answered() {
                return answered;
              }
            });
  }

  @Override
  public ProbePager pager(int pages, ProbePager.Habit habit) {
    return new ProbePages(pages, habit);
  }

  @Override
  public String pagedHere() {
    byte[] read = new byte[1];
    try (PagedMemory memory = PagedMemory.open(1, new Sevens(), Duration.ofMinutes(1))) {
      memory.copy(0, MemorySegment.ofArray(read));
      return memory.address() + " after " + read[0];
    } catch (PortunusException refused) {
      return refused.code().dotted() + " after " + read[0];
    }
  }

  @Override
  public String fillNames() {
    List<PortRight> ports = new ArrayList<>();
    try {
      while (true) {
        ports.add(PortRight.allocate(KernelSocket.ofTask()));
      }
    } catch (KernelResultException full) {
      return String.valueOf(full.getMessage());
    } finally {
      ports.forEach(PortRight::close);
    }
  }

  private static final class Sevens implements PageSource {
    @Override
    public byte[] read(long offset, int length) {
      byte[] page = new byte[length];
      page[0] = 7;
      return page;
    }

    @Override
    public void write(long offset, byte[] page) {}
  }
}
