// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.custody.Closer;
import org.portunus.kernel.custody.DescriptorRoom;
import org.portunus.kernel.custody.Sealer;
import org.portunus.kernel.session.Session;
import org.portunus.kernel.task.RunningTask;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.memory.Seal;

/**
 * Memory that one task has the kernel make: of fixed size, filled by the task, which its pages are
 * charged to, then sealed by the kernel. The kernel never maps it.
 *
 * <pre>
 *   made --MEMORY_SEAL, MEMORY_SHARE--> sealing --sealed--> forgotten: it is the task's alone
 *    ^                                     |
 *    +--still mapped for writing-----------+
 * </pre>
 *
 * <p>Invariant: at most {@link #MAX_OPEN} that are not sealed, each in the task's part of the room
 * for descriptors. Lock: none; the loop.
 */
final class MemoryOperations {
  /** Most that are not sealed yet, of one task. */
  static final int MAX_OPEN = 16;

  /** Most bytes of one. */
  static final long MAX_BYTES = 1L << 30;

  private final Closer closer;
  private final Sealer sealer;
  private final DescriptorRoom room;
  private final RunningTask task;
  private final Session session;
  private final MemoryEntries entries;
  private final Map<Long, MemoryFile> made = new HashMap<>();
  private final Map<Long, MemoryFile> sealing = new HashMap<>();
  private long last;
  private boolean ended;

  /**
   * @param room the task's part
   */
  MemoryOperations(
      Closer closer,
      DescriptorRoom room,
      Sealer sealer,
      MemoryEntries entries,
      RunningTask task,
      Session session) {
    this.entries = entries;
    this.room = room;
    this.closer = closer;
    this.sealer = sealer;
    this.task = task;
    this.session = session;
  }

  /** MEMORY_CREATE. */
  void create(KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    long size = in.i64("size");
    in.end();
    long most = mostBytes();
    if (size < 1 || size > most) {
      refuse(frame, ErrorCode.LIMIT_MEMORY, "%d bytes, at most %d".formatted(size, most));
      return;
    }
    if (made.size() + sealing.size() >= MAX_OPEN) {
      refuse(
          frame,
          ErrorCode.LIMIT_MEMORY,
          "%s has %d memory objects that are not sealed, the most there may be"
              .formatted(task, MAX_OPEN));
      return;
    }
    if (!room.mayGrow(1)) {
      refuse(
          frame,
          ErrorCode.LIMIT_DESCRIPTORS,
          "no memory object for %s: %s".formatted(task, room.full()));
      return;
    }
    try {
      MemoryFile file = make(size);
      room.take(1);
      made.put(++last, file);
      byte[] body = new WireWriter().i64(last).toBytes();
      session.reply(frame, 0, body, List.of(file.descriptor().duplicate()));
    } catch (LinuxException failure) {
      refuse(frame, ErrorCode.SYSTEM_CALL, String.valueOf(failure.getMessage()));
    }
  }

  /** A service gets no more at once than the memory that it is granted. */
  private long mostBytes() {
    return task.launch()
        .map(launch -> (long) launch.record().limits().memoryMiB() << 20)
        .filter(granted -> granted < MAX_BYTES)
        .orElse(MAX_BYTES);
  }

  /** No page is there yet: whoever writes one pays for it. */
  private static MemoryFile make(long size) throws LinuxException {
    MemoryFile file = MemoryFile.create("portunus-memory-right");
    try {
      file.truncate(size);
      file.addSeals(EnumSet.of(Seal.GROW, Seal.SHRINK));
      return file;
    } catch (LinuxException failure) {
      file.close();
      throw failure;
    }
  }

  /** MEMORY_SEAL. */
  void seal(KernelFrame frame) throws MalformedFrameException {
    seal(frame, number(frame), sealer::seal, file -> tellSealed(frame, file));
  }

  private static long number(KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    long number = in.i64("number");
    in.end();
    return number;
  }

  private void tellSealed(KernelFrame frame, MemoryFile file) {
    close(file);
    session.reply(frame, 0, new byte[0], List.of());
  }

  /** MEMORY_ENTRY. */
  void enter(KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    long number = in.i64("number");
    int protection = in.u8("protection");
    in.end();
    String refusal = entries.refusal(task);
    if (protection > 1) {
      refuse(frame, ErrorCode.RIGHT_REFUSED, "sealed memory is neither written nor executed");
    } else if (!refusal.isEmpty()) {
      refuse(frame, ErrorCode.LIMIT_MEMORY, refusal);
    } else {
      seal(
          frame, number, sealer::seal, file -> entries.add(task, session, frame, file, protection));
    }
  }

  /** MEMORY_SHARE. */
  void share(KernelFrame frame) throws MalformedFrameException {
    seal(frame, number(frame), sealer::share, file -> tellSealed(frame, file));
  }

  /** How the sealer is asked. */
  private interface Sealing {
    boolean ask(MemoryFile file, Sealer.Sealed then);
  }

  private void seal(KernelFrame frame, long number, Sealing sealing, Consumer<MemoryFile> then) {
    MemoryFile file = made.remove(number);
    if (file == null) {
      refuse(frame, ErrorCode.RIGHT_REFUSED, "memory object " + number + " is not there to seal");
      return;
    }
    this.sealing.put(number, file);
    if (!sealing.ask(file, error -> session.guard(() -> sealed(frame, number, error, then)))) {
      this.sealing.remove(number);
      made.put(number, file);
      refuse(frame, ErrorCode.LIMIT_CALLS, "too much memory waits to be sealed");
    }
  }

  private void sealed(KernelFrame frame, long number, int error, Consumer<MemoryFile> then) {
    MemoryFile file = sealing.remove(number);
    if (file == null) {
      throw new IllegalStateException("memory object " + number + " was sealed twice");
    }
    if (ended) {
      close(file);
      return;
    }
    if (error == 0) {
      then.accept(file);
      return;
    }
    made.put(number, file);
    if (error == Errno.EBUSY.number()) {
      refuse(frame, ErrorCode.RIGHT_REFUSED, "the memory is still mapped for writing");
    } else {
      refuse(frame, ErrorCode.SYSTEM_CALL, "sealing memory: error " + error);
    }
  }

  /** The task is gone; what is being sealed is closed after that. */
  void end() {
    ended = true;
    made.values().forEach(this::close);
    made.clear();
  }

  private void close(MemoryFile file) {
    room.giveBack(1);
    closer.close(file.descriptor());
  }

  private void refuse(KernelFrame frame, ErrorCode code, String detail) {
    String told = task.refused(frame.operation(), code, detail);
    session.reply(frame, code.number(), new WireWriter().string(told).toBytes(), List.of());
  }
}
