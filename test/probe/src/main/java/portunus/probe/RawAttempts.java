// SPDX-License-Identifier: Apache-2.0
package portunus.probe;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.SystemCall;

/** Attempts of several system calls. The result is that of the first call that fails. */
final class RawAttempts {
  private static final int FLAGS_GET = 0x80086601;
  private static final int FLAGS_SET = 0x40086602;
  private static final int FAMILY_UNIX = 1;
  private static final int FAMILY_INTERNET = 2;
  private static final int STREAM = 1;
  private static final int CHILD_SIGNAL = 17;
  private static final int VFORK = 0x4000;
  private static final int MANY = 1000;
  private static final int MAKE_PRIVATE = 0x380;
  private static final long MIB = 1 << 20;
  private static final ValueLayout.OfShort BIG_ENDIAN =
      ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

  private RawAttempts() {}

  static String make(RawCall raw, List<String> words) {
    return switch (words.getFirst()) {
      case "connect" -> RawCall.name(connect(raw, Integer.parseInt(words.get(1))));
      case "abstract" -> RawCall.name(connectAbstract(raw, words.get(1)));
      case "peek" -> RawCall.name(peek(raw, Long.decode(words.get(1)), Long.decode(words.get(2))));
      case "fork" -> RawCall.name(fork(Integer.decode(words.get(1))));
      case "setflags" -> RawCall.name(setFlags(raw));
      case "byhandle" -> RawCall.name(openByHandle(raw, words.get(1)));
      case "descriptors" -> descriptors();
      case "mapped" -> mapped(Integer.parseInt(words.get(1)));
      case "mq" -> RawCall.name(messageQueue(raw, words.get(1)));
      case "ipc" -> RawCall.name(ipc(words.get(1)));
      case "harm" -> Harm.perform(words.get(1));
      case "reopen" -> reopenAll(raw);
      default -> throw new IllegalArgumentException(words.toString());
    };
  }

  /** A TCP connection to a port of the host's loopback. */
  private static long connect(RawCall raw, int port) {
    long socket = SystemCall.invoke(Call.SOCKET, FAMILY_INTERNET, STREAM, 0);
    if (socket < 0) {
      return socket;
    }
    MemorySegment address = raw.arena().allocate(16, 8);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) FAMILY_INTERNET);
    address.set(BIG_ENDIAN, 2, (short) port);
    address.set(ValueLayout.JAVA_INT, 4, 0x0100007f);
    return closing(
        socket, SystemCall.invoke(Call.CONNECT, socket, address.address(), address.byteSize()));
  }

  private static long connectAbstract(RawCall raw, String name) {
    long socket = SystemCall.invoke(Call.SOCKET, FAMILY_UNIX, STREAM, 0);
    if (socket < 0) {
      return socket;
    }
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    MemorySegment address = raw.arena().allocate(3L + bytes.length, 8);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) FAMILY_UNIX);
    MemorySegment.copy(bytes, 0, address, ValueLayout.JAVA_BYTE, 3, bytes.length);
    return closing(
        socket, SystemCall.invoke(Call.CONNECT, socket, address.address(), address.byteSize()));
  }

  private static long closing(long descriptor, long result) {
    SystemCall.invoke(Call.CLOSE, descriptor);
    return result;
  }

  /** Eight bytes of another process's memory. */
  private static long peek(RawCall raw, long pid, long address) {
    MemorySegment target = raw.arena().allocate(8, 8);
    MemorySegment local = vector(raw, target.address());
    MemorySegment remote = vector(raw, address);
    return SystemCall.invoke(
        Call.PROCESS_VM_READV, pid, local.address(), 1, remote.address(), 1, 0);
  }

  private static MemorySegment vector(RawCall raw, long address) {
    MemorySegment vector = raw.arena().allocate(ValueLayout.JAVA_LONG, 2);
    vector.setAtIndex(ValueLayout.JAVA_LONG, 0, address);
    vector.setAtIndex(ValueLayout.JAVA_LONG, 1, 8);
    return vector;
  }

  /** A child that ends at once; this process waits for that, so that only one of them runs Java. */
  private static long fork(int flags) {
    long result = SystemCall.invoke(Call.CLONE, flags | CHILD_SIGNAL | VFORK, 0, 0, 0, 0);
    if (result == 0) {
      SystemCall.invoke(Call.EXIT_GROUP, 0);
    }
    return result;
  }

  /** Writes the file's flags as they are; refused reading leaves them all clear. */
  private static long setFlags(RawCall raw) {
    MemorySegment flags = raw.arena().allocate(8, 8);
    SystemCall.invoke(Call.IOCTL, raw.right(), FLAGS_GET, flags.address());
    return SystemCall.invoke(Call.IOCTL, raw.right(), FLAGS_SET, flags.address());
  }

  /** Opens a file by its handle, which asks no folder on the way. */
  private static long openByHandle(RawCall raw, String path) {
    MemorySegment handle = raw.arena().allocate(136, 8);
    MemorySegment mount = raw.arena().allocate(8, 8);
    handle.set(ValueLayout.JAVA_INT, 0, 128);
    SystemCall.invoke(
        Call.NAME_TO_HANDLE_AT, -100, raw.text(path), handle.address(), mount.address(), 0);
    long folder = raw.open("/", 0);
    return SystemCall.invoke(Call.OPEN_BY_HANDLE_AT, folder, handle.address(), 0);
  }

  /** A POSIX message queue, removed at once. */
  private static long messageQueue(RawCall raw, String name) {
    long queue = SystemCall.invoke(Call.MQ_OPEN, raw.text(name), 0x42, 0x180, 0);
    if (queue >= 0) {
      SystemCall.invoke(Call.MQ_UNLINK, raw.text(name));
      SystemCall.invoke(Call.CLOSE, queue);
    }
    return queue;
  }

  /** A System V object, removed at once. */
  private static long ipc(String kind) {
    long made =
        switch (kind) {
          case "shm" -> SystemCall.invoke(Call.SHMGET, 0, 4096, MAKE_PRIVATE);
          case "msg" -> SystemCall.invoke(Call.MSGGET, 0, MAKE_PRIVATE);
          default -> SystemCall.invoke(Call.SEMGET, 0, 1, MAKE_PRIVATE);
        };
    if (made >= 0) {
      switch (kind) {
        case "shm" -> SystemCall.invoke(Call.SHMCTL, made, 0, 0);
        case "msg" -> SystemCall.invoke(Call.MSGCTL, made, 0, 0);
        default -> SystemCall.invoke(Call.SEMCTL, made, 0, 0, 0);
      }
    }
    return made;
  }

  private static String descriptors() {
    long[] opened = new long[MANY];
    int count = 0;
    long last = 0;
    while (count < MANY && last >= 0) {
      last = SystemCall.invoke(Call.EVENTFD2, 0, 0);
      if (last >= 0) {
        opened[count++] = last;
      }
    }
    for (int i = 0; i < count; i++) {
      SystemCall.invoke(Call.CLOSE, opened[i]);
    }
    return RawCall.name(last);
  }

  /** Maps private memory without touching it. */
  private static String mapped(int mib) {
    long address = SystemCall.invoke(Call.MMAP.number(), 0, mib * MIB, 3, 0x4022, -1, 0);
    if (address >= 0) {
      SystemCall.invoke(Call.MUNMAP, address, mib * MIB);
    }
    return RawCall.name(address);
  }

  /** Reopens every descriptor there is, for reading and for writing: the first that opens. */
  private static String reopenAll(RawCall raw) {
    String last = "none";
    for (int number = 0; number < 64; number++) {
      if (SystemCall.invoke(Call.FCNTL, number, 1, 0) < 0) {
        continue;
      }
      for (int flags = 0; flags < 2; flags++) {
        long opened = raw.open("/proc/self/fd/" + number, flags);
        if (opened >= 0) {
          SystemCall.invoke(Call.CLOSE, opened);
          return "done";
        }
        last = RawCall.name(opened);
      }
    }
    return last;
  }
}
