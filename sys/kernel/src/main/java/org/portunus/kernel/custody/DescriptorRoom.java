// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.custody;

import java.util.Optional;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.process.ResourceLimit;

/**
 * How many descriptors the kernel task holds for tasks that have not taken them yet, all together:
 * the rest of what it may open is for kernel sockets, starts and pidfds. A task may grow to a
 * quarter of what is left, so that something always remains for the next; of whichever kind they
 * are, all of one task count in its one part.
 *
 * <p>Lock: none; the loop.
 */
public final class DescriptorRoom {
  private static final int PART = 4;
  private static final int LEAST = 64;
  private static final int MOST = 8192;

  private final int capacity;
  private final Optional<DescriptorRoom> whole;
  private int used;

  public DescriptorRoom(int capacity) {
    this(capacity, Optional.empty());
  }

  private DescriptorRoom(int capacity, Optional<DescriptorRoom> whole) {
    this.capacity = capacity;
    this.whole = whole;
  }

  /** What is one task's of this room: it counts here, too, and as much finds room. */
  public DescriptorRoom part() {
    return new DescriptorRoom(capacity, Optional.of(this));
  }

  /** A quarter of what this process may open. */
  public static DescriptorRoom ofThisProcess() throws LinuxException {
    return ofThisProcess(MOST);
  }

  /** The same, and at most so many. */
  public static DescriptorRoom ofThisProcess(int most) throws LinuxException {
    long limit = ResourceLimit.OPEN_FILES.get().soft();
    long part = limit == ResourceLimit.INFINITY ? most : limit / PART;
    return new DescriptorRoom(Math.clamp(part, LEAST, most));
  }

  /** To how many one task may grow, of all kinds together. */
  public int share() {
    return whole.map(DescriptorRoom::share).orElseGet(() -> Math.ceilDiv(capacity - used, PART));
  }

  /** Whether so many more find room. */
  public boolean hasRoom(int more) {
    return whole.map(all -> all.hasRoom(more)).orElseGet(() -> used + more <= capacity);
  }

  /** Whether the task whose part this is may have so many more; none it always may. */
  public boolean mayGrow(int more) {
    return more == 0 || (used + more <= share() && hasRoom(more));
  }

  /** Why it may not. */
  public String full() {
    return "the kernel holds %d descriptors for it, where each task may have %d"
        .formatted(used, share());
  }

  public void take(int more) {
    used += more;
    whole.ifPresent(all -> all.take(more));
  }

  public void giveBack(int fewer) {
    used -= fewer;
    whole.ifPresent(all -> all.giveBack(fewer));
  }

  /** How many there are. */
  public int used() {
    return used;
  }
}
