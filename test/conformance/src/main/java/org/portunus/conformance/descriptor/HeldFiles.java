// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.descriptor;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.linux.socket.WaitMode;

/** One hostile descriptor, and what has to live as long as it is to hurt. */
final class HeldFiles implements AutoCloseable {
  private static final long TERABYTE = 1L << 40;
  private static final long HUGE_PAGE = 2L << 20;
  private static final long PAGE = 4096;
  private static final int LINGER_SECONDS = 4;
  private static final int LOOPBACK_ADDRESS = 0x0100007f;

  // linux/memfd.h, linux/fcntl.h
  private static final int MFD_CLOEXEC_SEALABLE_HUGETLB = 1 | 2 | 4;
  private static final int F_ADD_SEALS = 1033;
  private static final int ALL_SEALS = 0xf;

  // linux/userfaultfd.h
  private static final int UFFD_USER_MODE_ONLY = 1;
  private static final int UFFDIO_API = 0xc018aa3f;
  private static final int UFFDIO_REGISTER = 0xc020aa00;
  private static final long UFFD_API = 0xaa;
  private static final long MODE_MISSING = 1;

  // sys/socket.h, netinet/in.h
  private static final int AF_INET = 2;
  private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_LINGER = 13;
  private static final int MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;
  private static final int SOCKADDR_IN = 16;

  private final Path folder;
  private final Arena arena = Arena.ofShared();
  private final Deque<AutoCloseable> held = new ArrayDeque<>();
  private Optional<Descriptor> sent = Optional.empty();
  private Optional<Descriptor> truncatedLater = Optional.empty();
  private Optional<FuseFile> unanswered = Optional.empty();

  HeldFiles(Path folder) {
    this.folder = folder;
  }

  /** What goes to the kernel. */
  Descriptor descriptor() {
    return sent.orElseThrow();
  }

  /** What the sender does once it was sent. */
  void afterSend() throws LinuxException {
    if (truncatedLater.isPresent()) {
      truncatedLater.get().truncate(0);
    }
  }

  /** What there is to wait for once its receiver has it: a close by the kernel that hangs. */
  void afterTaken() throws IOException {
    if (unanswered.isPresent()) {
      unanswered.get().awaitClosing();
    }
  }

  private <T extends AutoCloseable> T keep(T thing) {
    held.push(thing);
    return thing;
  }

  private void send(Descriptor descriptor) {
    sent = Optional.of(keep(descriptor));
  }

  private Path file() throws IOException {
    Path path = Files.createTempFile(folder, "hostile-", "");
    keep(() -> Files.delete(path));
    Files.write(path, new byte[(int) PAGE]);
    return path;
  }

  private static Descriptor open(Path path, int flags) throws LinuxException {
    return Descriptor.open(path, flags | OpenFlag.CLOSE_ON_EXEC, 0);
  }

  void regular(boolean writable) throws IOException {
    send(open(file(), writable ? OpenFlag.READ_WRITE : OpenFlag.READ_ONLY));
  }

  void truncated() throws IOException {
    Path path = file();
    truncatedLater = Optional.of(keep(open(path, OpenFlag.READ_WRITE)));
    send(open(path, OpenFlag.READ_ONLY));
  }

  void sparse() throws IOException {
    Path path = file();
    try (Descriptor writable = open(path, OpenFlag.READ_WRITE)) {
      writable.truncate(TERABYTE);
    }
    send(open(path, OpenFlag.READ_ONLY));
  }

  void path() throws IOException {
    send(open(file(), OpenFlag.PATH));
  }

  void huge() throws IOException {
    MemorySegment name = arena.allocateFrom("huge");
    int number =
        check(
            "memfd_create with huge pages",
            SystemCall.invoke(Call.MEMFD_CREATE, name.address(), MFD_CLOEXEC_SEALABLE_HUGETLB));
    send(Descriptor.own(number));
    int _ = check("ftruncate", SystemCall.invoke(Call.FTRUNCATE, number, HUGE_PAGE));
    int _ = check("F_ADD_SEALS", SystemCall.invoke(Call.FCNTL, number, F_ADD_SEALS, ALL_SEALS));
  }

  void sealed() throws IOException {
    send(MemoryFile.sealedCopy("ordinary", new byte[(int) PAGE]).descriptor());
  }

  void unsealed() throws IOException {
    MemoryFile memory = MemoryFile.create("hostile");
    send(memory.descriptor());
    memory.truncate(PAGE);
  }

  private int userfaultfd() throws LinuxException {
    int flags = OpenFlag.CLOSE_ON_EXEC | OpenFlag.NON_BLOCKING | UFFD_USER_MODE_ONLY;
    int number = check("userfaultfd", SystemCall.invoke(Call.USERFAULTFD, flags));
    MemorySegment api = arena.allocate(24, 8);
    api.set(ValueLayout.JAVA_LONG, 0, UFFD_API);
    int result = (int) SystemCall.invoke(Call.IOCTL, number, UFFDIO_API, api.address());
    if (result < 0) {
      Descriptor.closeRaw(number);
    }
    int _ = check("UFFDIO_API", result);
    return number;
  }

  void userfault() throws IOException {
    send(Descriptor.own(userfaultfd()));
  }

  /** The sender maps the memory, and each page that it touches there waits for the userfaultfd. */
  void faulting() throws IOException {
    MemoryFile memory = MemoryFile.sealedCopy("hostile", new byte[(int) PAGE]);
    send(memory.descriptor());
    Descriptor faults = keep(Descriptor.own(userfaultfd()));
    // PROT_READ | PROT_WRITE, MAP_PRIVATE
    long address = SystemCall.invoke(Call.MMAP, 0, PAGE, 1 | 2, 2, memory.descriptor().raw(), 0);
    if (address < 0) {
      throw new LinuxException("mmap", (int) -address);
    }
    keep(() -> {
      long _ = SystemCall.invoke(Call.MUNMAP, address, PAGE);
    });
    MemorySegment register = arena.allocate(32, 8);
    register.set(ValueLayout.JAVA_LONG, 0, address);
    register.set(ValueLayout.JAVA_LONG, 8, PAGE);
    register.set(ValueLayout.JAVA_LONG, 16, MODE_MISSING);
    int _ =
        check(
            "UFFDIO_REGISTER",
            SystemCall.invoke(Call.IOCTL, faults.raw(), UFFDIO_REGISTER, register.address()));
  }

  void lingering() throws IOException {
    send(lingeringSocket());
  }

  /** Unsent bytes, a peer that reads nothing: its last close waits for 4 s. */
  private Descriptor lingeringSocket() throws LinuxException {
    Descriptor listener = keep(streamSocket());
    MemorySegment address = arena.allocate(SOCKADDR_IN, 8);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
    address.set(ValueLayout.JAVA_INT, 4, LOOPBACK_ADDRESS);
    int _ =
        check("bind", SystemCall.invoke(Call.BIND, listener.raw(), address.address(), SOCKADDR_IN));
    int _ = check("listen", SystemCall.invoke(Call.LISTEN, listener.raw(), 1));
    MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, SOCKADDR_IN);
    int _ =
        check(
            "getsockname",
            SystemCall.invoke(
                Call.GETSOCKNAME, listener.raw(), address.address(), length.address()));
    Descriptor socket = streamSocket();
    MemorySegment linger = arena.allocate(8, 4);
    linger.set(ValueLayout.JAVA_INT, 0, 1);
    linger.set(ValueLayout.JAVA_INT, 4, LINGER_SECONDS);
    int _ =
        check(
            "SO_LINGER",
            SystemCall.invoke(
                Call.SETSOCKOPT, socket.raw(), SOL_SOCKET, SO_LINGER, linger.address(), 8));
    int _ =
        check(
            "connect",
            SystemCall.invoke(Call.CONNECT, socket.raw(), address.address(), SOCKADDR_IN));
    MemorySegment bytes = arena.allocate(1 << 16);
    long written = 1;
    while (written > 0) {
      written =
          SystemCall.invoke(
              Call.SENDTO,
              socket.raw(),
              bytes.address(),
              bytes.byteSize(),
              MSG_DONTWAIT_NOSIGNAL,
              0,
              0);
    }
    return socket;
  }

  private static Descriptor streamSocket() throws LinuxException {
    return Descriptor.own(
        check("socket", SystemCall.invoke(Call.SOCKET, AF_INET, SOCK_STREAM_CLOEXEC, 0)));
  }

  void socketOfSocket() throws IOException {
    UnixSocket.Pair pair = UnixSocket.pair();
    send(pair.first());
    try (SeqpacketChannel into = SeqpacketChannel.of(pair.second(), (int) PAGE);
        Descriptor inner = lingeringSocket()) {
      int sentBytes = into.send(new byte[1], 0, 1, new int[] {inner.raw()}, 1, WaitMode.WAIT);
      int _ = check("sendmsg", sentBytes);
    }
  }

  void fuse() throws IOException {
    FuseFile file = keep(FuseFile.of());
    send(file.open());
    unanswered = Optional.of(file);
  }

  private static int check(String call, long result) throws LinuxException {
    return (int) LinuxException.check(call, result);
  }

  @Override
  public void close() throws IOException {
    try (arena) {
      for (AutoCloseable thing : held) {
        if (thing instanceof Descriptor descriptor) {
          int _ = UnixSocket.stopLingering(descriptor);
        }
        thing.close();
      }
    } catch (IOException | RuntimeException failure) {
      throw failure;
    } catch (Exception failure) {
      throw new IOException(failure);
    }
  }
}
