// SPDX-License-Identifier: Apache-2.0
package portunus.probe;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.SystemCall;

/** What may end the process that does it. */
final class Harm {
  private static final int KERNEL_SOCKET = 3;
  private static final int SIGNAL = 10;
  private static final int MANY = 1000;
  private static final long MIB = 1 << 20;

  // SAFETY: an i386 getpid through the 32-bit gate, then back to the restorer; r8 to r11 are lost,
  // which the frame restores.
  private static final byte[] GATE = {
    (byte) 0xb8, 20, 0, 0, 0, (byte) 0xcd, (byte) 0x80, (byte) 0xc3
  };

  /** rt_sigreturn. */
  private static final byte[] RESTORER = {(byte) 0xb8, 15, 0, 0, 0, 0x0f, 0x05};

  private Harm() {}

  static String perform(String how) {
    return switch (how) {
      case "heap" -> "held " + heap();
      case "resident" -> resident();
      case "threads" -> threads();
      case "spin" -> spin();
      case "garbage" -> garbage();
      case "x32" -> RawCall.name(SystemCall.invoke(0x40000000 | 39, 0, 0, 0, 0, 0, 0));
      case "int80" -> gate();
      case "silence" -> silence();
      default -> throw new IllegalArgumentException(how);
    };
  }

  private static int heap() {
    List<byte[]> held = new ArrayList<>();
    while (held.size() < MANY) {
      held.add(new byte[(int) MIB]);
    }
    return held.size();
  }

  /** Takes and touches memory of its own, MiB by MiB; a control group kills, a limit refuses. */
  private static String resident() {
    for (int i = 0; i < MANY; i++) {
      long address = SystemCall.invoke(Call.MMAP.number(), 0, MIB, 3, 0x8022, -1, 0);
      if (address < 0) {
        return RawCall.name(address);
      }
    }
    return "done";
  }

  private static String threads() {
    List<Thread> started = new ArrayList<>();
    try {
      while (started.size() < MANY) {
        Thread thread = new Thread(Harm::rest);
        thread.setDaemon(true);
        thread.start();
        started.add(thread);
      }
      return "done";
    } catch (OutOfMemoryError refused) {
      return "limited";
    } finally {
      started.forEach(Thread::interrupt);
    }
  }

  private static void rest() {
    try {
      Thread.currentThread().join();
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private static String spin() {
    long sum = 0;
    for (long i = 0; i >= 0; i++) {
      sum += Long.hashCode(i * sum);
    }
    return Long.toString(sum);
  }

  /** Something that is no frame, on the kernel socket. */
  private static String garbage() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom("not a frame of the kernel");
      String written =
          RawCall.name(
              SystemCall.invoke(Call.WRITE, KERNEL_SOCKET, bytes.address(), bytes.byteSize()));
      rest();
      return written;
    }
  }

  /** Closes the kernel socket and goes on. */
  private static String silence() {
    SystemCall.invoke(Call.SHUTDOWN, KERNEL_SOCKET, 2);
    rest();
    return "done";
  }

  /**
   * Native code without the leave of the Java machine: bytes made executable and run as a signal
   * handler.
   */
  private static String gate() {
    Arena arena = Arena.global();
    MemorySegment code = arena.allocate(4096, 4096);
    MemorySegment.copy(GATE, 0, code, ValueLayout.JAVA_BYTE, 0, GATE.length);
    MemorySegment.copy(RESTORER, 0, code, ValueLayout.JAVA_BYTE, 64, RESTORER.length);
    MemorySegment action = arena.allocate(ValueLayout.JAVA_LONG, 4);
    action.setAtIndex(ValueLayout.JAVA_LONG, 0, code.address());
    action.setAtIndex(ValueLayout.JAVA_LONG, 1, 0x04000000L);
    action.setAtIndex(ValueLayout.JAVA_LONG, 2, code.address() + 64);
    long result = SystemCall.invoke(Call.MPROTECT, code.address(), 4096, 7);
    if (result == 0) {
      result = SystemCall.invoke(Call.RT_SIGACTION, SIGNAL, action.address(), 0, 8);
    }
    if (result == 0) {
      long process = SystemCall.invoke(Call.GETPID);
      long thread = SystemCall.invoke(Call.GETTID);
      result = SystemCall.invoke(Call.TGKILL, process, thread, SIGNAL);
    }
    return RawCall.name(result);
  }
}
