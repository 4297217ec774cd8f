// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.log;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.log.LogLine;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.Epoll;
import org.portunus.linux.event.EventCounter;
import org.portunus.linux.file.Descriptor;

/**
 * Reads the standard streams of all jobs on one thread and writes them to the log. A stream is read
 * until all its writers are gone. The pump always reads, so no job ever waits for the log.
 *
 * <p>Streams are added by any thread; everything else happens on the pump's thread.
 */
public final class StreamPump implements AutoCloseable {
  /** The name of the pump's thread, without which no job can write. */
  public static final String THREAD = "job-output";

  /** What the two streams of a task are in the log. */
  private static final List<LogLine.Level> LEVELS = List.of(LogLine.Level.OUT, LogLine.Level.ERR);

  private static final int EVENTS = 64;
  private static final int CHUNK = 16 * 1024;
  private static final int SETTLE_MILLIS = 1000;
  private static final int DRAIN_CHUNKS = 16;
  private static final long STOP = 0;

  /** Characters of error reports of Java machines that are kept at once. */
  private static final long FATAL_ROOM = 1 << 20;

  private final LogWriter log;
  private final LongSupplier nanoTime;
  private final Epoll epoll;
  private final EventCounter stop;
  private final Map<Long, Stream> streams = new ConcurrentHashMap<>();
  private final Map<String, JobOutput> outputs = new ConcurrentHashMap<>();
  private final AtomicLong nextToken = new AtomicLong(STOP + 1);
  private final AtomicLong fatalRoom = new AtomicLong(FATAL_ROOM);
  private final Thread thread = Thread.ofPlatform().name(THREAD).unstarted(this::run);

  /**
   * Whose task it is: unknown until the kernel has answered the start. A spare's streams become
   * those of the job that takes it.
   */
  public static final class Owner {
    private volatile String label;
    private final AtomicReference<Optional<TaskId>> task = new AtomicReference<>(Optional.empty());
    private final OutputTail tail = new OutputTail();
    private final CrashText crash = new CrashText();
    private final CompletableFuture<Void> outputEnded = new CompletableFuture<>();

    public Owner(String label) {
      this.label = label;
    }

    /** The end of what it writes. */
    public OutputTail tail() {
      return tail;
    }

    /** What is written from now on is this job's. */
    public void become(String newLabel) {
      label = newLabel;
    }

    public void started(TaskId id) {
      task.set(Optional.of(id));
    }

    /**
     * The signal that its Java machine wrote of, once all of its standard output was read; what is
     * known by then if that takes longer than this.
     */
    public CompletableFuture<Optional<String>> signal(Duration patience) {
      return outputEnded
          .copy()
          .completeOnTimeout(null, patience.toNanos(), TimeUnit.NANOSECONDS)
          .thenApply(_ -> crash.signal());
    }

    private void wrote(LogLine.Level level, String text) {
      if (level == LogLine.Level.OUT) {
        crash.line(text);
      }
    }
  }

  private record Stream(
      Owner owner, LogLine.Level level, Descriptor reader, LineSplitter splitter) {}

  private StreamPump(LogWriter log, LongSupplier nanoTime) throws LinuxException {
    this.log = log;
    this.nanoTime = nanoTime;
    this.epoll = Epoll.create(EVENTS);
    this.stop = EventCounter.create();
    epoll.add(stop.descriptor(), Epoll.READABLE, STOP);
  }

  /** A pump that runs. */
  public static StreamPump start(LogWriter log, LongSupplier nanoTime) throws LinuxException {
    StreamPump pump = new StreamPump(log, nanoTime);
    pump.thread.setDaemon(true);
    pump.thread.start();
    return pump;
  }

  /**
   * Reads what a task of a job writes.
   *
   * @param readers of its standard output and standard error; taken over
   */
  public void read(Owner owner, List<Descriptor> readers) {
    List<Descriptor> left = new ArrayList<>(readers);
    try {
      for (LogLine.Level level : LEVELS.subList(0, readers.size())) {
        add(owner, level, left.getFirst());
        left.removeFirst();
      }
    } catch (LinuxException full) {
      LogEvent lost = LogEvent.of("output.lost").with("why", String.valueOf(full.getMessage()));
      log.event(owner.label, owner.task.get(), lost);
    } finally {
      left.forEach(Descriptor::close);
    }
  }

  private void add(Owner owner, LogLine.Level level, Descriptor reader) throws LinuxException {
    LinuxException.check("fcntl F_SETFL", reader.setStatusFlags(OpenFlag.NON_BLOCKING));
    long token = nextToken.getAndIncrement();
    LineSplitter splitter =
        new LineSplitter(text -> {
          owner.tail.line(level, text);
          owner.wrote(level, text);
          output(owner.label).line(owner.task.get(), level, text);
        });
    streams.put(token, new Stream(owner, level, reader, splitter));
    owner.tail.opened(fatalRoom);
    try {
      epoll.add(reader, Epoll.READABLE, token);
    } catch (LinuxException full) {
      streams.remove(token);
      owner.tail.streamEnded();
      throw full;
    }
  }

  private JobOutput output(String label) {
    return outputs.computeIfAbsent(label, l -> new JobOutput(l, log, nanoTime));
  }

  private void run() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment chunk = arena.allocate(CHUNK);
      byte[] bytes = new byte[CHUNK];
      boolean running = true;
      while (running) {
        int count = epoll.await(SETTLE_MILLIS);
        if (count < 0) {
          throw new IllegalStateException("epoll_wait: error " + -count);
        }
        for (int i = 0; i < count; i++) {
          long token = epoll.token(i);
          if (token == STOP) {
            running = false;
          } else {
            long _ = read(token, chunk, bytes);
          }
        }
        if (count == 0) {
          settleAll();
        }
      }
      streams.forEach((token, stream) -> drain(token, stream, chunk, bytes));
    }
  }

  /** Reads what a pipe can hold, but not what a busy writer adds for ever. */
  private void drain(long token, Stream stream, MemorySegment chunk, byte[] bytes) {
    for (int i = 0; i < DRAIN_CHUNKS && streams.containsKey(token); i++) {
      if (Errno.EAGAIN.is(read(token, chunk, bytes))) {
        break;
      }
    }
    if (streams.containsKey(token)) {
      end(token, stream);
    }
  }

  private void settleAll() {
    outputs.values().forEach(output -> output.settle(Optional.empty()));
  }

  private long read(long token, MemorySegment chunk, byte[] bytes) {
    Stream stream = streams.get(token);
    if (stream == null) {
      return 0;
    }
    long got = stream.reader().read(chunk);
    if (got > 0) {
      MemorySegment.copy(chunk, ValueLayout.JAVA_BYTE, 0, bytes, 0, (int) got);
      stream.splitter().accept(bytes, (int) got);
    } else if (!Errno.EAGAIN.is(got) && !Errno.EINTR.is(got)) {
      end(token, stream);
    }
    return got;
  }

  private void end(long token, Stream stream) {
    stream.splitter().end();
    if (stream.level() == LogLine.Level.OUT) {
      stream.owner().outputEnded.complete(null);
    }
    output(stream.owner().label).settle(stream.owner().task.get());
    streams.remove(token);
    try {
      epoll.remove(stream.reader());
    } catch (LinuxException e) {
      throw new IllegalStateException("a stream of " + stream.owner().label, e);
    } finally {
      stream.reader().close();
      stream.owner().tail.streamEnded();
    }
  }

  /** Ends the pump once it has logged what is in the pipes. */
  @Override
  public void close() {
    stop.signal();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    epoll.close();
    stop.close();
  }
}
