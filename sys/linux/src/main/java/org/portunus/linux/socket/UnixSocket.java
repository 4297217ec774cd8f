// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.socket;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.Layouts;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.file.Descriptor;

/** Making local sockets of the type SOCK_SEQPACKET, and their options; all close-on-exec. */
public final class UnixSocket {
  static final int SOL_SOCKET = 1;
  static final int SO_PASSCRED = 16;
  private static final int SO_SNDBUF = 7;
  private static final int SO_RCVBUF = 8;
  private static final int SO_LINGER = 13;
  private static final int SO_PEERCRED = 17;
  private static final int AF_UNIX = 1;
  private static final int SOCK_SEQPACKET_CLOEXEC = 5 | 0x80000;
  private static final int SOCK_CLOEXEC = 0x80000;

  private UnixSocket() {}

  /** Two connected ends. */
  public record Pair(Descriptor first, Descriptor second) implements AutoCloseable {
    @Override
    public void close() {
      first.close();
      second.close();
    }
  }

  /** Which direction ends, shutdown(2). */
  public enum Direction {
    RECEIVE(0),
    SEND(1),
    BOTH(2);

    private final int how;

    Direction(int how) {
      this.how = how;
    }
  }

  /** Two connected sockets, socketpair(2). */
  public static Pair pair() throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
      LinuxException.check(
          "socketpair",
          SystemCall.invoke(Call.SOCKETPAIR, AF_UNIX, SOCK_SEQPACKET_CLOEXEC, 0, ends.address()));
      return new Pair(
          Descriptor.own(ends.getAtIndex(ValueLayout.JAVA_INT, 0)),
          Descriptor.own(ends.getAtIndex(ValueLayout.JAVA_INT, 1)));
    }
  }

  /**
   * A listening socket at a new path, bind(2) and listen(2).
   *
   * @param permissions permission bits of the socket file, narrowed by the umask
   */
  public static Descriptor listen(Path path, int permissions, int backlog) throws LinuxException {
    Descriptor socket = create();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = address(path, arena);
      // fchmod before bind sets the mode that the socket file is born with.
      socket.setPermissions(permissions);
      LinuxException.check(
          "bind " + path,
          SystemCall.invoke(Call.BIND, socket.raw(), address.address(), address.byteSize()));
      LinuxException.check("listen " + path, SystemCall.invoke(Call.LISTEN, socket.raw(), backlog));
      return socket;
    } catch (LinuxException | RuntimeException failure) {
      socket.close();
      throw failure;
    }
  }

  /** Waits for the next peer, accept4(2). */
  public static Descriptor accept(Descriptor listener) throws LinuxException {
    long result;
    do {
      result = SystemCall.invoke(Call.ACCEPT4, listener.raw(), 0, 0, SOCK_CLOEXEC);
    } while (Errno.EINTR.is(result) || Errno.ECONNABORTED.is(result));
    return Descriptor.own((int) LinuxException.check("accept4", result));
  }

  /** Connects to a listening path, connect(2). */
  public static Descriptor connect(Path path) throws LinuxException {
    Descriptor socket = create();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = address(path, arena);
      long result;
      do {
        result =
            SystemCall.invoke(Call.CONNECT, socket.raw(), address.address(), address.byteSize());
      } while (Errno.EINTR.is(result));
      LinuxException.check("connect " + path, result);
      return socket;
    } catch (LinuxException | RuntimeException failure) {
      socket.close();
      throw failure;
    }
  }

  private static Descriptor create() throws LinuxException {
    return Descriptor.own(
        (int)
            LinuxException.check(
                "socket", SystemCall.invoke(Call.SOCKET, AF_UNIX, SOCK_SEQPACKET_CLOEXEC, 0)));
  }

  private static MemorySegment address(Path path, Arena arena) throws LinuxException {
    byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
    if (name.length >= Layouts.UnixAddress.PATH_SIZE) {
      throw new LinuxException(
          "socket path longer than " + (Layouts.UnixAddress.PATH_SIZE - 1) + " bytes: " + path,
          -Errno.ENAMETOOLONG.number());
    }
    MemorySegment address = arena.allocate(Layouts.UnixAddress.PATH + name.length + 1L, 8);
    address.set(ValueLayout.JAVA_SHORT, Layouts.UnixAddress.FAMILY, (short) AF_UNIX);
    MemorySegment.copy(
        name, 0, address, ValueLayout.JAVA_BYTE, Layouts.UnixAddress.PATH, name.length);
    return address;
  }

  /** Who made or connected the other end, SO_PEERCRED: fixed at connect, not per message. */
  public static Credentials peer(Descriptor socket) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(Layouts.Credentials.SIZE, 4);
      MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, Layouts.Credentials.SIZE);
      LinuxException.check(
          "getsockopt SO_PEERCRED",
          SystemCall.invoke(
              Call.GETSOCKOPT,
              socket.raw(),
              SOL_SOCKET,
              SO_PEERCRED,
              value.address(),
              length.address()));
      return new Credentials(
          value.get(ValueLayout.JAVA_INT, Layouts.Credentials.PID),
          value.get(ValueLayout.JAVA_INT, Layouts.Credentials.UID),
          value.get(ValueLayout.JAVA_INT, Layouts.Credentials.GID));
    }
  }

  /** Asks the kernel to attach the sender's credentials to every message, SO_PASSCRED. */
  public static void passCredentials(Descriptor socket) throws LinuxException {
    setOption(socket, SO_PASSCRED, 1, "SO_PASSCRED");
  }

  /** Sets the size of the send buffer, bytes; the kernel doubles and bounds it, SO_SNDBUF. */
  public static void setSendBuffer(Descriptor socket, int bytes) throws LinuxException {
    setOption(socket, SO_SNDBUF, bytes, "SO_SNDBUF");
  }

  /** The size of the send buffer as the kernel counts it, bytes. */
  public static int sendBuffer(Descriptor socket) throws LinuxException {
    return option(socket, SO_SNDBUF, "SO_SNDBUF");
  }

  /** The size of the receive buffer as the kernel counts it, bytes. */
  public static int receiveBuffer(Descriptor socket) throws LinuxException {
    return option(socket, SO_RCVBUF, "SO_RCVBUF");
  }

  /**
   * Makes a close of this socket not wait for data to be sent, SO_LINGER off: 0 or a negative
   * error, {@code -ENOTSOCK} for what is no socket.
   */
  public static int stopLingering(Descriptor socket) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment off = arena.allocate(ValueLayout.JAVA_INT, 2);
      return (int)
          SystemCall.invoke(
              Call.SETSOCKOPT, socket.raw(), SOL_SOCKET, SO_LINGER, off.address(), off.byteSize());
    }
  }

  /** Ends one or both directions, shutdown(2): 0 or a negative error. */
  public static int shutdown(Descriptor socket, Direction direction) {
    return (int) SystemCall.invoke(Call.SHUTDOWN, socket.raw(), direction.how);
  }

  static int option(Descriptor socket, int option, String name) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
      MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, 4);
      LinuxException.check(
          "getsockopt " + name,
          SystemCall.invoke(
              Call.GETSOCKOPT,
              socket.raw(),
              SOL_SOCKET,
              option,
              value.address(),
              length.address()));
      return value.get(ValueLayout.JAVA_INT, 0);
    }
  }

  private static void setOption(Descriptor socket, int option, int value, String name)
      throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      LinuxException.check(
          "setsockopt " + name,
          SystemCall.invoke(
              Call.SETSOCKOPT,
              socket.raw(),
              SOL_SOCKET,
              option,
              arena.allocateFrom(ValueLayout.JAVA_INT, value).address(),
              4));
    }
  }
}
