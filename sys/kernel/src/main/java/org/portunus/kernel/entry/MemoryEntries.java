// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.custody.Closer;
import org.portunus.kernel.custody.DescriptorRoom;
import org.portunus.kernel.custody.Sealer;
import org.portunus.kernel.object.Ipc;
import org.portunus.kernel.object.Outcome;
import org.portunus.kernel.object.Port;
import org.portunus.kernel.session.Session;
import org.portunus.kernel.task.RunningTask;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;

/**
 * Named entries: send rights to ports of the kernel's own that each stand for a part of memory that
 * the kernel made and sealed, with a most protection. Who has the right reads no more than that
 * part: only who has an entry of the whole gets the memory itself, others get bounded copies.
 *
 * <p>Invariants: an entry is in the table until nobody has a right to it; the memory of entries is
 * open, and takes up room, until the last of them has gone; a task has made at most {@link
 * #MAX_OF_TASK} that are there, and has in its part of the room the memory that was made for it,
 * whoever has entries of it by now. Nothing is mapped, and no memory that a task made is read.
 * Lock: none; the loop.
 */
public final class MemoryEntries {
  /** Most that one task has made. */
  static final int MAX_OF_TASK = 64;

  /** Most bytes of one copy. */
  static final int MOST_COPIED = 48 << 10;

  /** VM_PROT_READ. */
  private static final int READ = 1;

  private final Ipc ipc;
  private final Closer closer;
  private final DescriptorRoom room;
  private final Sealer sealer;
  private final Map<Port, Part> table = new HashMap<>();
  private final Map<RunningTask, Integer> made = new HashMap<>();

  /** Memory that entries share. */
  private static final class Whole {
    final MemoryFile file;
    final long size;
    final DescriptorRoom room;
    int users;

    Whole(MemoryFile file, long size, DescriptorRoom room) {
      this.file = file;
      this.size = size;
      this.room = room;
    }
  }

  private record Part(Whole whole, long offset, long size, int protection, RunningTask maker) {
    boolean isWhole() {
      return offset == 0 && size == whole.size;
    }

    boolean has(long from, long bytes) {
      return from >= 0 && bytes >= 0 && bytes <= size - from;
    }
  }

  public MemoryEntries(Ipc ipc, Closer closer, DescriptorRoom room, Sealer sealer) {
    this.ipc = ipc;
    this.closer = closer;
    this.room = room;
    this.sealer = sealer;
  }

  /** How many there are. */
  public int count() {
    return table.size();
  }

  /** Why a task gets no further one; empty if it may have one. */
  String refusal(RunningTask task) {
    int has = made.getOrDefault(task, 0);
    return has >= MAX_OF_TASK
        ? "%s has made %d memory entries, the most there may be".formatted(task, has)
        : "";
  }

  /** A new entry of memory that is sealed, which becomes this object's, its room included. */
  void add(RunningTask task, Session session, KernelFrame frame, MemoryFile file, int protection) {
    Whole whole;
    try {
      whole = new Whole(file, file.size(), task.custody(room));
    } catch (LinuxException failure) {
      task.custody(room).giveBack(1);
      closer.close(file.descriptor());
      refuse(session, frame, ErrorCode.SYSTEM_CALL, String.valueOf(failure.getMessage()));
      return;
    }
    grant(task, session, frame, new Part(whole, 0, whole.size, protection, task));
  }

  private void grant(RunningTask task, Session session, KernelFrame frame, Part part) {
    Port port =
        ipc.createKernelPort((at, message) -> {
          boolean over = message.id() == NotificationKind.NO_SENDERS.number() && !at.hasSenders();
          if (over && table.containsKey(at)) {
            end(at);
          }
        });
    table.put(port, part);
    part.whole.users++;
    made.merge(part.maker, 1, Integer::sum);
    Outcome<Integer> right = task.task().space().grantSend(port);
    if (right.value().isEmpty()) {
      end(port);
      session.reply(frame, right.result().number(), new byte[0], List.of());
      return;
    }
    port.awaitNoSenders();
    session.reply(frame, 0, new WireWriter().i32(right.value().get()).toBytes(), List.of());
  }

  private void end(Port port) {
    Part part = table.remove(port);
    if (part == null) {
      throw new IllegalStateException("a memory entry ended twice");
    }
    made.computeIfPresent(part.maker, (_, count) -> count == 1 ? null : count - 1);
    release(part.whole);
    ipc.destroyKernelPort(port);
  }

  private void release(Whole whole) {
    if (--whole.users == 0) {
      whole.room.giveBack(1);
      closer.close(whole.file.descriptor());
    }
  }

  /** MEMORY_PART. */
  void part(RunningTask task, Session session, KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int name = in.i32("entry");
    long offset = in.i64("offset");
    long size = in.i64("size");
    int protection = in.u8("protection");
    in.end();
    Outcome<Port> port = task.task().space().sendRightPort(name);
    if (port.value().isEmpty()) {
      session.reply(frame, port.result().number(), new byte[0], List.of());
      return;
    }
    Part whole = table.get(port.value().get());
    String refusal = refusal(task);
    if (whole == null) {
      session.reply(frame, KernReturn.INVALID_CAPABILITY.number(), new byte[0], List.of());
    } else if (size < 1 || !whole.has(offset, size)) {
      refuse(session, frame, ErrorCode.RIGHT_REFUSED, beyond(size, offset, whole));
    } else if ((protection & ~whole.protection) != 0) {
      refuse(session, frame, ErrorCode.RIGHT_REFUSED, "more protection than the entry's own");
    } else if (!refusal.isEmpty()) {
      refuse(session, frame, ErrorCode.LIMIT_MEMORY, refusal);
    } else {
      grant(
          task,
          session,
          frame,
          new Part(whole.whole, whole.offset + offset, size, protection, task));
    }
  }

  /** MEMORY_OBTAIN. */
  void obtain(RunningTask task, Session session, KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int name = in.i32("entry");
    long offset = in.i64("offset");
    int bytes = in.i32("bytes", 0, MOST_COPIED);
    in.end();
    Outcome<Port> port = task.task().space().sendRightPort(name);
    if (port.value().isEmpty()) {
      session.reply(frame, port.result().number(), new byte[0], List.of());
      return;
    }
    Part part = table.get(port.value().get());
    if (part == null) {
      session.reply(frame, KernReturn.INVALID_CAPABILITY.number(), new byte[0], List.of());
    } else if (bytes == 0) {
      tell(session, frame, part);
    } else if ((part.protection & READ) == 0) {
      refuse(session, frame, ErrorCode.RIGHT_REFUSED, "the entry lets nobody read");
    } else if (!part.has(offset, bytes)) {
      refuse(session, frame, ErrorCode.RIGHT_REFUSED, beyond(bytes, offset, part));
    } else {
      copy(session, frame, part, offset, bytes);
    }
  }

  private static String beyond(long bytes, long offset, Part part) {
    return "%d bytes at %d are no part of an entry of %d bytes".formatted(bytes, offset, part.size);
  }

  private void tell(Session session, KernelFrame frame, Part part) {
    WireWriter out = new WireWriter().i64(part.size).u8(part.protection);
    boolean given = part.isWhole() && (part.protection & READ) != 0;
    try {
      List<Descriptor> memory =
          given ? List.of(part.whole.file.descriptor().duplicate()) : List.of();
      session.reply(frame, 0, out.toBytes(), memory);
    } catch (LinuxException failure) {
      refuse(session, frame, ErrorCode.SYSTEM_CALL, String.valueOf(failure.getMessage()));
    }
  }

  /** Off the loop: pages may have to come back from a swap device. */
  private void copy(Session session, KernelFrame frame, Part part, long offset, int bytes) {
    part.whole.users++;
    byte[][] copied = new byte[1][];
    boolean asked =
        sealer.execute(
            () -> copied[0] = part.whole.file.read(part.offset + offset, bytes),
            error -> {
              release(part.whole);
              session.guard(() -> copied(session, frame, copied[0], error));
            });
    if (!asked) {
      part.whole.users--;
      refuse(session, frame, ErrorCode.LIMIT_CALLS, "too much memory waits to be copied");
    }
  }

  private static void copied(Session session, KernelFrame frame, byte[] copy, int error) {
    if (error == 0) {
      session.reply(frame, 0, copy, List.of());
    } else {
      refuse(session, frame, ErrorCode.SYSTEM_CALL, "copying memory: error " + error);
    }
  }

  private static void refuse(Session session, KernelFrame frame, ErrorCode code, String detail) {
    session.reply(frame, code.number(), new WireWriter().string(detail).toBytes(), List.of());
  }
}
