// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.object.Counts;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.Pipe;
import org.portunus.linux.memory.MemoryFile;

/**
 * What a coverage-guided fuzzer calls: the kernel's loop, entry and objects in this process, and
 * two tasks over kernel sockets whose acts are the bytes. A finding is an exception of the
 * kernel's, a reply with an unknown result or that nobody asked for, a count that is wrong, or
 * anything left when both tasks are gone.
 *
 * <pre>
 *   byte 0: bit 0, 1: task 0, 1 says hello first; bit 2: with links
 *   then acts, each a byte and what it takes; bit 7 chooses the task:
 *     0 op n b..             a frame: operation, n bytes of body
 *     1 op n b.. p (o w)..   the same with p patches: at offset o stands a name of the task's own,
 *                            chosen by w; from w = 240 on the last connection, from 248 the other's
 *     2 n b..                a packet of n bytes
 *     3 op k d a n b..       a frame with kind k, which says d descriptors and has a
 *     4 op nn b              a frame with nn bytes of body, all b
 *     5                      waits until the kernel has handled what was sent
 * </pre>
 */
public final class KernelFuzz {
  private static final int ACTS = 6;
  private static final int TASK = 0x80;
  private static final int CONNECTION = 240;
  private static final int OTHERS_CONNECTION = 248;
  private static final int MOST_ACTS = 200;

  /** More than the loop ever takes to come to a question. */
  private static final int MOST_ROUNDS = 1000;

  private static final int FILES_AT_ONCE = 16;
  private static final int FILES_EVERY = 256;

  /** What the fuzzer itself may have open at times. */
  private static final int FILES_ELSEWHERE = 16;

  private static final int PATIENCE_MILLIS = 20_000;
  private static final int TIMER_MILLIS = 2000;
  private static final KernelOperation[] OPERATIONS = KernelOperation.values();
  private static final Map<String, Throwable> UNCAUGHT = new ConcurrentHashMap<>();
  private static final TestKernel KERNEL;
  private static final Counts BEFORE;
  private static final int TIMERS;
  private static final Descriptor[] FILES;
  private static final int OPEN;
  private static long inputs;

  static {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) -> UNCAUGHT.put(thread.getName(), thrown));
    try {
      KERNEL = new TestKernel();
      // The holder of the bootstrap port, so that the others can reach it.
      FuzzTask holder = new FuzzTask(KERNEL.silentSocket());
      holder.request(KernelOperation.HELLO, hello(0), new Descriptor[0]);
      barrier();
      holder.drain();
      Pipe pipe = Pipe.create();
      MemoryFile sealed = MemoryFile.sealedCopy("right", new byte[64]);
      FILES = new Descriptor[] {sealed.descriptor(), pipe.reader(), pipe.writer()};
      BEFORE = KERNEL.counts();
      TIMERS = KERNEL.timers();
      OPEN = FuzzTask.openFiles();
    } catch (LinuxException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  private final ByteBuffer acts;
  private final List<FuzzTask> tasks;

  private KernelFuzz(byte[] input, List<FuzzTask> tasks) {
    this.acts = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
    this.tasks = tasks;
  }

  /** Runs the files of a folder; the last line says how that went. */
  public static void main(String[] arguments) throws IOException {
    int status = 0;
    try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
      for (Path file : files.sorted().toList()) {
        fuzzerTestOneInput(Files.readAllBytes(file));
      }
      System.out.println("PASSED");
    } catch (AssertionError finding) {
      System.out.println("FAILED: " + finding);
      status = 1;
    }
    // The loop's threads may be at anything by now.
    Runtime.getRuntime().halt(status);
  }

  /** Runs one input; throws for a finding. */
  public static void fuzzerTestOneInput(byte[] input) throws LinuxException {
    if (input.length == 0) {
      return;
    }
    try (FuzzTask first = new FuzzTask(KERNEL.silentSocket());
        FuzzTask second = new FuzzTask(KERNEL.silentSocket())) {
      new KernelFuzz(input, List.of(first, second)).run();
      barrier();
      KERNEL.recount();
      first.drain();
      second.drain();
    }
    checkNothingIsLeft();
    if (++inputs % FILES_EVERY == 0) {
      FuzzTask.await(
          () -> FuzzTask.openFiles() <= OPEN + FILES_ELSEWHERE,
          PATIENCE_MILLIS,
          "descriptors are left");
    }
  }

  private static void checkNothingIsLeft() {
    if (!UNCAUGHT.isEmpty()) {
      Map<String, Throwable> thrown = Map.copyOf(UNCAUGHT);
      throw new AssertionError("nobody caught " + thrown, thrown.values().iterator().next());
    }
    FuzzTask.await(() -> KERNEL.tasks() == 1, PATIENCE_MILLIS, "a task does not end");
    if (!KERNEL.faults().isEmpty()) {
      RuntimeException fault = KERNEL.faults().getFirst();
      throw new AssertionError("a fault of the kernel: " + fault, fault);
    }
    KERNEL.emptyBootstrap();
    KERNEL.recount();
    same(BEFORE, KERNEL.counts(), "objects");
    // A connection that was ended has 100 ms to be given up.
    FuzzTask.await(() -> KERNEL.timers() == TIMERS, TIMER_MILLIS, "timers are left");
    same(0, KERNEL.waitingDescriptors(), "descriptors in custody");
    same(0, KERNEL.connections(), "connections");
    same(0, KERNEL.links(), "links");
    same(0, KERNEL.waitingRights(), "deposited rights");
  }

  private static void same(Object expected, Object is, String what) {
    if (!expected.equals(is)) {
      throw new AssertionError(what + " are left: " + is + " instead of " + expected);
    }
  }

  /** What was sent before was handled: the loop has come round twice since. */
  private static void barrier() {
    for (int i = 0; i < 3; i++) {
      int _ = KERNEL.tasks();
    }
  }

  private static byte[] hello(long features) {
    WireWriter body = new WireWriter();
    new Hello(1, 1, features, KernelFrame.MAX_BODY, FILES_AT_ONCE, 64, 0).write(body);
    return body.toBytes();
  }

  private void run() throws LinuxException {
    int hello = acts.get();
    for (int i = 0; i < tasks.size(); i++) {
      if ((hello & (1 << i)) != 0) {
        byte[] body = hello((hello & 4) != 0 ? Hello.LINKS : 0);
        tasks.get(i).request(KernelOperation.HELLO, body, new Descriptor[0]);
      }
    }
    for (int i = 0; i < MOST_ACTS && acts.hasRemaining(); i++) {
      int act = number(1);
      act(tasks.get((act & TASK) != 0 ? 1 : 0), (act & ~TASK) % ACTS);
    }
  }

  private void act(FuzzTask task, int act) throws LinuxException {
    switch (act) {
      case 0 -> task.request(operation(), next(number(1)), new Descriptor[0]);
      case 1 -> {
        KernelOperation operation = operation();
        byte[] body = next(number(1));
        for (int i = number(1) & 7; i > 0; i--) {
          patch(task, body, number(1), number(1));
        }
        boolean carries =
            operation == KernelOperation.RIGHTS_DEPOSIT
                || operation == KernelOperation.MESSAGE_SEND_OPTIONS;
        task.request(operation, body, carries ? files(number(1)) : new Descriptor[0]);
      }
      case 2 -> task.packet(next(number(1)), new Descriptor[0]);
      case 3 -> {
        int operation = operation().number();
        int kind = number(1);
        int said = number(1);
        Descriptor[] files = files(number(1));
        byte[] body = next(number(1));
        task.packet(new KernelFrame(operation, kind, said, 1, 0, body).toBytes(), files);
      }
      case 4 -> {
        KernelOperation operation = operation();
        byte[] body = new byte[Math.min(number(2), KernelFrame.MAX_BODY)];
        Arrays.fill(body, (byte) number(1));
        task.request(operation, body, new Descriptor[0]);
      }
      default -> {
        barrier();
        KERNEL.recount();
        task.drain();
      }
    }
  }

  private void patch(FuzzTask task, byte[] body, int offset, int which) throws LinuxException {
    ByteBuffer into = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
    if (which >= CONNECTION) {
      barrier();
      for (FuzzTask both : tasks) {
        both.drain();
      }
      FuzzTask other = tasks.get(tasks.getFirst() == task ? 1 : 0);
      if (offset + Long.BYTES <= body.length) {
        into.putLong(offset, (which >= OTHERS_CONNECTION ? other : task).connection());
      }
    } else if (offset + Integer.BYTES <= body.length) {
      List<Integer> names = names(task);
      if (!names.isEmpty()) {
        into.putInt(offset, names.get(which % names.size()));
      }
    }
  }

  /** What the task's space has, asked by the task itself: the answer is a reply like others. */
  private List<Integer> names(FuzzTask task) throws LinuxException {
    long question =
        task.request(KernelOperation.PORT_NAMES, new WireWriter().toBytes(), new Descriptor[0]);
    for (int i = 0; i < MOST_ROUNDS && task.awaits(question); i++) {
      barrier();
      task.drain();
    }
    return task.names();
  }

  private KernelOperation operation() {
    return OPERATIONS[number(1) % OPERATIONS.length];
  }

  private Descriptor[] files(int bits) {
    List<Descriptor> files = new ArrayList<>();
    for (int i = 0; i < FILES.length; i++) {
      if ((bits & (1 << i)) != 0) {
        files.add(FILES[i]);
      }
    }
    return files.toArray(Descriptor[]::new);
  }

  /** A number of so many bytes; what is not there is zero. */
  private int number(int bytes) {
    int value = 0;
    for (int i = 0; i < bytes && acts.hasRemaining(); i++) {
      value |= (acts.get() & 0xff) << (8 * i);
    }
    return value;
  }

  private byte[] next(int count) {
    byte[] bytes = new byte[Math.min(count, acts.remaining())];
    acts.get(bytes);
    return bytes;
  }
}
