// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.descriptor;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.Layouts;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.event.EventCounter;
import org.portunus.linux.event.Readiness;
import org.portunus.linux.file.Descriptor;

/**
 * A file of a FUSE file system, and its server: it lets this process look up, open and close the
 * file, and answers nobody else. Whoever reads it, asks its size or closes it waits until this is
 * closed, and can't be killed meanwhile. The file system is mounted nowhere, so it is gone with its
 * descriptors.
 */
final class FuseFile implements AutoCloseable {
  private static final Path DEVICE = Path.of("/dev/fuse");
  private static final String NAME = "file";
  private static final int PATIENCE_SECONDS = 20;

  // linux/mount.h
  private static final int CLOSE_ON_EXEC = 1;
  private static final int SET_FLAG = 0;
  private static final int SET_STRING = 1;
  private static final int CREATE = 6;

  // linux/fuse.h: operations
  private static final int LOOKUP = 1;
  private static final int FORGET = 2;
  private static final int GET_ATTRIBUTES = 3;
  private static final int OPEN = 14;
  private static final int RELEASE = 18;
  private static final int FLUSH = 25;
  private static final int INIT = 26;
  private static final int INTERRUPT = 36;
  private static final int BATCH_FORGET = 42;

  // linux/fuse.h: fuse_in_header, and fuse_init_in after it
  private static final int OPERATION = 4;
  private static final int UNIQUE = 8;
  private static final int NODE = 16;
  private static final int THREAD = 32;
  private static final int IN_HEADER = 40;
  private static final int MINOR = IN_HEADER + 4;
  private static final int FLAGS = IN_HEADER + 12;
  private static final int FLAGS_2 = IN_HEADER + 16;

  // linux/fuse.h: sizes and places of answers
  private static final int OUT_HEADER = 16;
  private static final int OUT_UNIQUE = 8;
  private static final int INIT_OUT = 64;
  private static final int INIT_OUT_MINOR = 4;
  private static final int INIT_OUT_FLAGS = 12;
  private static final int INIT_OUT_MOST_WRITTEN = 20;
  private static final int INIT_OUT_FLAGS_2 = 32;
  private static final int INIT_OUT_TIMEOUT = 40;
  private static final int ATTRIBUTES = 88;
  private static final int ATTRIBUTES_SIZE = 8;
  private static final int ATTRIBUTES_MODE = 60;
  private static final int ATTRIBUTES_LINKS = 64;
  private static final int ENTRY_BEFORE = 40;
  private static final int ATTRIBUTES_BEFORE = 16;
  private static final int OPEN_OUT = 16;

  private static final int MAJOR = 7;
  private static final int NEWEST_MINOR = 31;
  private static final int EXTENDED = 1 << 30;
  private static final int TIMEOUT_2 = 1 << (42 - 32);

  /** After it Linux ends the file system, were this process lost in a bad moment; Linux 6.14. */
  private static final short TIMEOUT_SECONDS = 60;

  private static final long ROOT = 1;
  private static final long FILE = 2;
  private static final int FOLDER_MODE = 0x41ed;
  private static final int FILE_MODE = 0x81a4;
  private static final long FILE_BYTES = 4096;
  private static final int MOST = 1 << 16;
  private static final int MOST_ANSWERED = 256;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment in = arena.allocate(MOST, 8);
  private final MemorySegment out = arena.allocate(MOST_ANSWERED, 8);
  private final MemorySegment polled = arena.allocate(2L * Layouts.PollDescriptor.SIZE, 8);
  private final Descriptor device;
  private final EventCounter stop;
  private final Thread thread = new Thread(this::serve, "fuse-server");
  private final CompletableFuture<Integer> stranger = new CompletableFuture<>();

  private FuseFile(Descriptor device, EventCounter stop) {
    this.device = device;
    this.stop = stop;
    thread.setDaemon(true);
  }

  /**
   * Opens the device.
   *
   * @throws IOException where there is no such device, or it is not this user's
   */
  static FuseFile of() throws IOException {
    EventCounter stop = EventCounter.create();
    try {
      Descriptor device = Descriptor.open(DEVICE, OpenFlag.READ_WRITE | OpenFlag.NON_BLOCKING, 0);
      return new FuseFile(device, stop);
    } catch (IOException failure) {
      stop.close();
      throw failure;
    }
  }

  /**
   * Makes the file system, starts its server and opens the file, read-only, once.
   *
   * @return the caller's, who closes it before this
   */
  Descriptor open() throws LinuxException {
    try (Descriptor system = system()) {
      // Not before: the device can be read once it has a file system.
      thread.start();
      return open(system);
    }
  }

  /** From here on it is the server's doing if it fails. */
  private static Descriptor open(Descriptor system) {
    try (Descriptor mount =
        owned("fsmount", SystemCall.invoke(Call.FSMOUNT, system.raw(), CLOSE_ON_EXEC, 0))) {
      return mount.openAt(NAME, OpenFlag.READ_ONLY, 0);
    } catch (LinuxException failure) {
      throw new AssertionError("the server of the FUSE file system failed", failure);
    }
  }

  private Descriptor system() throws LinuxException {
    long type = arena.allocateFrom("fuse").address();
    Descriptor system = owned("fsopen fuse", SystemCall.invoke(Call.FSOPEN, type, CLOSE_ON_EXEC));
    try {
      set(system, SET_STRING, "fd", Integer.toString(device.raw()));
      set(system, SET_STRING, "rootmode", "40000");
      set(system, SET_STRING, "user_id", "0");
      set(system, SET_STRING, "group_id", "0");
      set(system, SET_FLAG, "allow_other", "");
      configure("fsconfig create", system, CREATE, 0, 0);
      return system;
    } catch (LinuxException failure) {
      system.close();
      throw failure;
    }
  }

  private void set(Descriptor system, int command, String key, String value) throws LinuxException {
    long text = command == SET_FLAG ? 0 : arena.allocateFrom(value).address();
    configure("fsconfig " + key, system, command, arena.allocateFrom(key).address(), text);
  }

  private static void configure(String name, Descriptor system, int command, long key, long value)
      throws LinuxException {
    LinuxException.check(
        name, SystemCall.invoke(Call.FSCONFIG, system.raw(), command, key, value, 0));
  }

  private static Descriptor owned(String call, long result) throws LinuxException {
    return Descriptor.own((int) LinuxException.check(call, result));
  }

  /** Waits until another process closes the file, which is all that it may ask of the server. */
  void awaitClosing() throws IOException {
    try {
      int operation = stranger.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (operation != FLUSH) {
        throw new AssertionError("asked for FUSE operation %d of it".formatted(operation));
      }
    } catch (TimeoutException never) {
      throw new AssertionError("nobody closed it", never);
    } catch (ExecutionException failure) {
      throw new IOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  // The server.

  private void serve() {
    try {
      while (isAsked()) {
        long length = device.read(in);
        if (length >= IN_HEADER) {
          take();
        } else if (!Errno.EAGAIN.is(length) && !Errno.EINTR.is(length)) {
          // ENODEV: the file system is gone.
          return;
        }
      }
    } catch (LinuxException failure) {
      boolean _ = stranger.completeExceptionally(failure);
    } finally {
      // The end of the file system: whoever waits for an answer goes on with an error.
      device.close();
    }
  }

  private boolean isAsked() throws LinuxException {
    poll(0, device);
    poll(1, stop.descriptor());
    long ready = SystemCall.invoke(Call.POLL, polled.address(), 2, Readiness.FOREVER);
    if (!Errno.EINTR.is(ready)) {
      LinuxException.check("poll", ready);
    }
    int at = Layouts.PollDescriptor.SIZE + Layouts.PollDescriptor.RETURNED;
    return polled.get(ValueLayout.JAVA_SHORT, at) == 0;
  }

  private void poll(int index, Descriptor of) {
    long at = (long) index * Layouts.PollDescriptor.SIZE;
    polled.set(ValueLayout.JAVA_INT, at + Layouts.PollDescriptor.DESCRIPTOR, of.raw());
    polled.set(
        ValueLayout.JAVA_SHORT, at + Layouts.PollDescriptor.EVENTS, (short) Readiness.READABLE);
    polled.set(ValueLayout.JAVA_SHORT, at + Layouts.PollDescriptor.RETURNED, (short) 0);
  }

  private void take() throws LinuxException {
    int operation = in.get(ValueLayout.JAVA_INT, OPERATION);
    switch (operation) {
      case INIT -> initialise();
      case FORGET, BATCH_FORGET, INTERRUPT, RELEASE -> {
        // Nobody waits for an answer.
      }
      default -> {
        if (isOwn(in.get(ValueLayout.JAVA_INT, THREAD))) {
          answer(operation);
        } else {
          boolean _ = stranger.complete(operation);
        }
      }
    }
  }

  private static boolean isOwn(int thread) {
    return Files.exists(Path.of("/proc/self/task", Integer.toString(thread)));
  }

  private void answer(int operation) throws LinuxException {
    out.fill((byte) 0);
    long node = in.get(ValueLayout.JAVA_LONG, NODE);
    switch (operation) {
      case LOOKUP -> {
        out.set(ValueLayout.JAVA_LONG, OUT_HEADER, FILE);
        attributes(OUT_HEADER + ENTRY_BEFORE, FILE);
        send(ENTRY_BEFORE + ATTRIBUTES);
      }
      case GET_ATTRIBUTES -> {
        attributes(OUT_HEADER + ATTRIBUTES_BEFORE, node);
        send(ATTRIBUTES_BEFORE + ATTRIBUTES);
      }
      case OPEN -> send(OPEN_OUT);
      case FLUSH -> send(0);
      default -> {
        // Never.
      }
    }
  }

  private void attributes(long at, long node) {
    out.set(ValueLayout.JAVA_LONG, at, node);
    out.set(ValueLayout.JAVA_LONG, at + ATTRIBUTES_SIZE, FILE_BYTES);
    out.set(ValueLayout.JAVA_INT, at + ATTRIBUTES_MODE, node == ROOT ? FOLDER_MODE : FILE_MODE);
    out.set(ValueLayout.JAVA_INT, at + ATTRIBUTES_LINKS, 1);
  }

  private void initialise() throws LinuxException {
    boolean extended = (in.get(ValueLayout.JAVA_INT, FLAGS) & EXTENDED) != 0;
    boolean ends = extended && (in.get(ValueLayout.JAVA_INT, FLAGS_2) & TIMEOUT_2) != 0;
    out.fill((byte) 0);
    out.set(ValueLayout.JAVA_INT, OUT_HEADER, MAJOR);
    int minor = Math.min(in.get(ValueLayout.JAVA_INT, MINOR), NEWEST_MINOR);
    out.set(ValueLayout.JAVA_INT, OUT_HEADER + INIT_OUT_MINOR, minor);
    out.set(ValueLayout.JAVA_INT, OUT_HEADER + INIT_OUT_MOST_WRITTEN, (int) FILE_BYTES);
    if (ends) {
      out.set(ValueLayout.JAVA_INT, OUT_HEADER + INIT_OUT_FLAGS, EXTENDED);
      out.set(ValueLayout.JAVA_INT, OUT_HEADER + INIT_OUT_FLAGS_2, TIMEOUT_2);
      out.set(ValueLayout.JAVA_SHORT, OUT_HEADER + INIT_OUT_TIMEOUT, TIMEOUT_SECONDS);
    }
    send(INIT_OUT);
  }

  private void send(int body) throws LinuxException {
    int length = OUT_HEADER + body;
    out.set(ValueLayout.JAVA_INT, 0, length);
    out.set(ValueLayout.JAVA_LONG, OUT_UNIQUE, in.get(ValueLayout.JAVA_LONG, UNIQUE));
    long written = device.write(out.asSlice(0, length));
    if (!Errno.ENOENT.is(written)) {
      // ENOENT: who asked no longer waits.
      LinuxException.check("write to /dev/fuse", written);
    }
  }

  /** Ends the server, and the file system with it. */
  @Override
  public void close() throws IOException {
    stop.signal();
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
    device.close();
    stop.close();
    arena.close();
  }
}
