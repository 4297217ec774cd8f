// SPDX-License-Identifier: Apache-2.0
package org.portunus.probe;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Base64;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.seccomp.FilterProgram;
import org.portunus.linux.seccomp.Seccomp;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.WaitMode;

/**
 * Stands in for the start code: stacks the second filter, says "ready", waits for a picture on
 * descriptor 3, then does what its arguments say, one line of "argument=result" each; "@" in a
 * system call is the picture's descriptor.
 */
public final class Probe {
  private static final int AT_CURRENT_DIRECTORY = -100;

  private Probe() {}

  public static void main(String[] arguments) throws IOException {
    String filter = System.getProperty("portunus.filter");
    if (filter != null) {
      byte[] bytes = Base64.getDecoder().decode(filter);
      Seccomp.install(FilterProgram.decode(bytes), Seccomp.Threads.ALL);
    }
    System.out.println("ready");
    try (SeqpacketChannel channel = SeqpacketChannel.of(Descriptor.own(3), 16);
        ReceivedMessage message = new ReceivedMessage(16)) {
      channel.receive(message, WaitMode.WAIT);
      Descriptor picture = message.takeDescriptor(0);
      for (String argument : arguments) {
        System.out.println(argument + "=" + perform(argument, picture));
      }
    }
  }

  private static String perform(String argument, Descriptor picture) throws IOException {
    String[] parts = argument.split(":", -1);
    return switch (parts[0]) {
      case "read" -> open(parts[1], 0, 0);
      case "write" -> open(parts[1], 1, 0);
      case "create" -> open(parts[1], 0x41, 0600);
      case "call" -> call(parts, picture);
      case "png" -> png(picture);
      case "spin" -> spin();
      case "threads" -> threads();
      case "descriptors" -> descriptors();
      case "heap" -> heap();
      case "native" -> nativeMemory();
      default -> throw new IllegalArgumentException(argument);
    };
  }

  private static String name(long result) {
    return result >= 0 ? "done" : Errno.of((int) -result).map(Enum::name).orElse("?");
  }

  private static String open(String path, int flags, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path);
      return name(
          SystemCall.invoke(Call.OPENAT, AT_CURRENT_DIRECTORY, name.address(), flags, mode));
    }
  }

  private static String call(String[] parts, Descriptor picture) {
    Call call = Call.named(parts[1]).orElseThrow();
    long[] values = new long[3];
    for (int i = 2; i < parts.length; i++) {
      values[i - 2] = parts[i].equals("@") ? picture.raw() : Long.decode(parts[i]);
    }
    return name(SystemCall.invoke(call, values[0], values[1], values[2]));
  }

  /** The picture of the received descriptor, decoded by the Java machine's own code. */
  private static String png(Descriptor picture) throws IOException {
    ByteArrayInputStream bytes = new ByteArrayInputStream(picture.readFully(1 << 16));
    BufferedImage image = ImageIO.read(new MemoryCacheImageInputStream(bytes)); // read closes it
    return image.getWidth() + "x" + image.getHeight();
  }

  private static String spin() {
    long sum = 0;
    for (long i = 0; i >= 0; i++) {
      sum += Long.hashCode(i * sum);
    }
    return Long.toString(sum);
  }

  private static String threads() {
    int count = 0;
    try {
      while (count < 1000) {
        Thread thread = new Thread(Probe::rest);
        thread.setDaemon(true);
        thread.start();
        count++;
      }
      return "all";
    } catch (OutOfMemoryError refused) {
      return count < 100 ? "limited" : "late";
    }
  }

  private static void rest() {
    try {
      Thread.currentThread().join();
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private static String descriptors() {
    for (int i = 0; i < 1000; i++) {
      long result = SystemCall.invoke(Call.EVENTFD2, 0, 0);
      if (result < 0) {
        return name(result);
      }
    }
    return "all";
  }

  private static String heap() {
    try {
      return Integer.toString(new byte[512 << 20].length);
    } catch (OutOfMemoryError refused) {
      return "limited";
    }
  }

  /**
   * Takes private memory of its own, MiB by MiB; a control group kills, a resource limit refuses.
   */
  private static String nativeMemory() {
    for (int i = 0; i < 1024; i++) {
      long address = SystemCall.invoke(Call.MMAP.number(), 0, 1 << 20, 3, 0x8022, -1, 0);
      if (address < 0 && address > -4096) {
        return name(address);
      }
    }
    return "all";
  }
}
