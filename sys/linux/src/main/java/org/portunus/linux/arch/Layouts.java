// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.arch;

/**
 * Sizes and offsets, in bytes, of the kernel's and the C library's structures. LP64 little endian;
 * what differs on another architecture is noted beside it.
 */
public final class Layouts {
  private Layouts() {}

  /** {@code struct iovec}, readv(2). */
  public static final class IoVector {
    public static final int SIZE = 16;
    public static final int BASE = 0;
    public static final int LENGTH = 8;

    private IoVector() {}
  }

  /** {@code struct msghdr}, sendmsg(2). */
  public static final class MessageHeader {
    public static final int SIZE = 56;
    public static final int NAME = 0;
    public static final int NAME_LENGTH = 8;
    public static final int VECTORS = 16;
    public static final int VECTOR_COUNT = 24;
    public static final int CONTROL = 32;
    public static final int CONTROL_LENGTH = 40;
    public static final int FLAGS = 48;

    private MessageHeader() {}
  }

  /** {@code struct cmsghdr}, cmsg(3); entries are aligned to 8. */
  public static final class ControlHeader {
    public static final int SIZE = 16;
    public static final int LENGTH = 0;
    public static final int LEVEL = 8;
    public static final int TYPE = 12;
    public static final int ALIGNMENT = 8;

    private ControlHeader() {}
  }

  /** {@code struct ucred}, unix(7). */
  public static final class Credentials {
    public static final int SIZE = 12;
    public static final int PID = 0;
    public static final int UID = 4;
    public static final int GID = 8;

    private Credentials() {}
  }

  /** {@code struct sockaddr_un}, unix(7). */
  public static final class UnixAddress {
    public static final int SIZE = 110;
    public static final int FAMILY = 0;
    public static final int PATH = 2;
    public static final int PATH_SIZE = 108;

    private UnixAddress() {}
  }

  /** {@code struct epoll_event}, epoll_ctl(2); packed on x86-64, 16 bytes elsewhere. */
  public static final class EpollEvent {
    public static final int SIZE = 12;
    public static final int EVENTS = 0;
    public static final int DATA = 4;

    private EpollEvent() {}
  }

  /** {@code struct pollfd}, poll(2). */
  public static final class PollDescriptor {
    public static final int SIZE = 8;
    public static final int DESCRIPTOR = 0;
    public static final int EVENTS = 4;
    public static final int RETURNED = 6;

    private PollDescriptor() {}
  }

  /** {@code struct futex_waitv}, futex_waitv(2); one layout on every architecture. */
  public static final class FutexWait {
    public static final int SIZE = 24;
    public static final int VALUE = 0;
    public static final int ADDRESS = 8;
    public static final int FLAGS = 16;

    private FutexWait() {}
  }

  /** {@code struct __kernel_timespec}, one layout on every architecture. */
  public static final class TimeSpec {
    public static final int SIZE = 16;
    public static final int SECONDS = 0;
    public static final int NANOSECONDS = 8;

    private TimeSpec() {}
  }

  /** {@code struct statx}, statx(2); one layout on every architecture. */
  public static final class Status {
    public static final int SIZE = 256;
    public static final int LINKS = 16;
    public static final int UID = 20;
    public static final int GID = 24;
    public static final int MODE = 28;
    public static final int INODE = 32;
    public static final int LENGTH = 40;
    public static final int BLOCKS = 48;
    public static final int MODIFIED_SECONDS = 112;
    public static final int MODIFIED_NANOSECONDS = 120;
    public static final int DEVICE_MAJOR = 136;
    public static final int DEVICE_MINOR = 140;

    private Status() {}
  }

  /** {@code struct statfs}, statfs(2). */
  public static final class FileSystemStatus {
    public static final int SIZE = 120;
    public static final int TYPE = 0;

    private FileSystemStatus() {}
  }

  /** {@code struct rusage}, getrusage(2); times are seconds and microseconds, memory KiB. */
  public static final class ResourceUsage {
    public static final int SIZE = 144;
    public static final int USER_TIME = 0;
    public static final int SYSTEM_TIME = 16;
    public static final int MAXIMUM_RESIDENT = 32;

    private ResourceUsage() {}
  }

  /** {@code siginfo_t} as waitid(2) fills it. */
  public static final class SignalInformation {
    public static final int SIZE = 128;
    public static final int CODE = 8;
    public static final int PID = 16;
    public static final int STATUS = 24;

    private SignalInformation() {}
  }

  /** {@code struct rlimit64}, prlimit(2). */
  public static final class ResourceLimit {
    public static final int SIZE = 16;
    public static final int SOFT = 0;
    public static final int HARD = 8;

    private ResourceLimit() {}
  }

  /** {@code struct sock_filter} and {@code sock_fprog}, seccomp(2). */
  public static final class SocketFilter {
    public static final int INSTRUCTION_SIZE = 8;
    public static final int CODE = 0;
    public static final int JUMP_TRUE = 2;
    public static final int JUMP_FALSE = 3;
    public static final int OPERAND = 4;
    public static final int PROGRAM_SIZE = 16;
    public static final int PROGRAM_LENGTH = 0;
    public static final int PROGRAM_ADDRESS = 8;

    private SocketFilter() {}
  }

  /** {@code struct seccomp_data}, seccomp(2). */
  public static final class SeccompData {
    public static final int SIZE = 64;
    public static final int NUMBER = 0;
    public static final int ARCHITECTURE = 4;
    public static final int INSTRUCTION_POINTER = 8;
    public static final int ARGUMENTS = 16;

    private SeccompData() {}
  }

  /** Opaque structures of glibc, posix_spawn(3). */
  public static final class SpawnStructures {
    public static final int FILE_ACTIONS_SIZE = 80;
    public static final int ATTRIBUTES_SIZE = 336;
    public static final int SIGNAL_SET_SIZE = 128;

    private SpawnStructures() {}
  }

  /** {@code Elf64_Ehdr} and {@code Elf64_Phdr}, elf(5). */
  public static final class Elf {
    public static final int HEADER_SIZE = 64;
    public static final int PROGRAM_HEADER_SIZE = 56;

    private Elf() {}
  }
}
