// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.loop;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.Epoll;
import org.portunus.linux.event.EventCounter;
import org.portunus.linux.file.Descriptor;

/**
 * The one thread that owns every kernel object. Handlers run on it, one after the other, and never
 * block; other threads hand work in by {@link #post}.
 *
 * <p>Lock: none. Everything but {@link #post} and {@link #stop} belongs to the thread in {@link
 * #run}.
 */
public final class EventLoop implements AutoCloseable {
  private static final int EVENTS = 64;
  private static final long WAKE_UP = 0;

  /** Longest time of a timer, 73 years: sums and differences of two such do not overflow. */
  private static final long LONGEST_NANOS = 1L << 61;

  private final Epoll epoll;
  private final EventCounter wakeUp;
  private final Map<Long, Watch> watches = new HashMap<>();
  private final TreeSet<Timer> timers = new TreeSet<>();
  private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
  private final ArrayDeque<Runnable> later = new ArrayDeque<>();
  private final Turns turns = new Turns();
  private long nextToken = WAKE_UP + 1;
  private long nextTimer;
  private long turn;
  private volatile boolean stopped;

  /** What is called when a watched descriptor is ready. */
  @FunctionalInterface
  public interface ReadyHandler {
    /**
     * Called on the loop's thread.
     *
     * @param events bits of {@link Epoll}
     */
    void ready(int events);
  }

  /** A descriptor in the loop's set. */
  public final class Watch {
    private final Descriptor descriptor;
    private final ReadyHandler handler;
    private final long token;

    private Watch(Descriptor descriptor, ReadyHandler handler, long token) {
      this.descriptor = descriptor;
      this.handler = handler;
      this.token = token;
    }

    /** Waits for other events from now on. */
    public void interest(int events) throws LinuxException {
      epoll.modify(descriptor, events, token);
    }

    /** Ends the watch; call it before the descriptor is closed. */
    public void cancel() throws LinuxException {
      if (watches.remove(token) != null) {
        epoll.remove(descriptor);
      }
    }
  }

  /** Something that happens once, at its time, unless cancelled. Once cancelled it is not kept. */
  @SuppressWarnings("ComparableAndComparator") // identity is equality: no two have one number
  public final class Timer implements Comparable<Timer> {
    private final long nanoTime;
    private final long number;
    private final Runnable action;

    private Timer(long nanoTime, long number, Runnable action) {
      this.nanoTime = nanoTime;
      this.number = number;
      this.action = action;
    }

    public void cancel() {
      timers.remove(this);
    }

    @Override
    public int compareTo(Timer other) {
      int byTime = Long.signum(nanoTime - other.nanoTime);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  public EventLoop() throws LinuxException {
    epoll = Epoll.create(EVENTS);
    wakeUp = EventCounter.create();
    epoll.add(wakeUp.descriptor(), Epoll.READABLE, WAKE_UP);
  }

  /** Calls the handler whenever the descriptor is ready for one of the events. */
  public Watch watch(Descriptor descriptor, int events, ReadyHandler handler)
      throws LinuxException {
    Watch watch = new Watch(descriptor, handler, nextToken++);
    epoll.add(descriptor, events, watch.token);
    watches.put(watch.token, watch);
    return watch;
  }

  /** Runs the action on the loop's thread after this many nanoseconds. */
  public Timer after(long nanos, Runnable action) {
    long time = System.nanoTime() + Math.clamp(nanos, 0, LONGEST_NANOS);
    Timer timer = new Timer(time, nextTimer++, action);
    timers.add(timer);
    return timer;
  }

  /** Runs the action on the loop's thread, after what is being handled now. Loop thread only. */
  public void defer(Runnable action) {
    later.add(action);
  }

  /** Runs the action on the loop's thread. Any thread may call. */
  public void post(Runnable action) {
    posted.add(action);
    wakeUp.signal();
  }

  /** Ends {@link #run} after what is being handled now. Any thread may call. */
  public void stop() {
    if (!stopped) {
      stopped = true;
      wakeUp.signal();
    }
  }

  /** How long it was busy at a time. Loop thread only. */
  public Turns turns() {
    return turns;
  }

  /** How many times it has waited for events. Loop thread only. */
  public long turn() {
    return turn;
  }

  /** How many timers wait. */
  public int waitingTimers() {
    return timers.size();
  }

  /** Handles events until {@link #stop}. */
  public void run() throws LinuxException {
    while (!stopped) {
      int count = epoll.await(millisToNextTimer());
      LinuxException.check("epoll_wait", count);
      turn++;
      long begin = System.nanoTime();
      for (int i = 0; i < count; i++) {
        dispatch(epoll.token(i), epoll.events(i));
      }
      runAll(posted);
      runTimers();
      runAll(later);
      turns.add(System.nanoTime() - begin);
    }
  }

  private void dispatch(long token, int events) {
    if (token == WAKE_UP) {
      wakeUp.drain();
      return;
    }
    Watch watch = watches.get(token);
    if (watch != null) {
      watch.handler.ready(events);
    }
    runAll(later);
  }

  private static void runAll(Queue<Runnable> actions) {
    for (Runnable action = actions.poll(); action != null; action = actions.poll()) {
      action.run();
    }
  }

  private void runTimers() {
    long now = System.nanoTime();
    while (!timers.isEmpty() && timers.first().nanoTime - now <= 0) {
      timers.removeFirst().action.run();
    }
  }

  private int millisToNextTimer() {
    if (timers.isEmpty()) {
      return Epoll.FOREVER;
    }
    long nanos = timers.first().nanoTime - System.nanoTime();
    return nanos <= 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, nanos / 1_000_000 + 1);
  }

  @Override
  public void close() {
    epoll.close();
    wakeUp.close();
  }
}
