// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.filter;

import static org.portunus.linux.seccomp.Condition.anyBit;
import static org.portunus.linux.seccomp.Condition.equal;
import static org.portunus.linux.seccomp.Condition.noBit;
import static org.portunus.linux.seccomp.Condition.oneOf;

import org.portunus.linux.arch.Call;
import org.portunus.linux.call.Errno;

/**
 * What a Java machine running a service was measured to need, what its start needs beside that, and
 * what launchd needs. All else is refused; rules C5 and D1 name what must be.
 */
final class FilterTables {
  // clone(2): what glibc's pthread_create passes, and nothing else; a fork or a namespace differs.
  private static final int THREAD = 0x3D0F00;
  // fcntl(2).
  private static final int F_GETFD = 1;
  private static final int F_SETFD = 2;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int F_ADD_SEALS = 1033;
  private static final int F_GET_SEALS = 1034;
  // ioctl(2).
  private static final int TCGETS = 0x5401;
  private static final int FIONREAD = 0x541B;
  // prctl(2).
  private static final int PR_SET_DUMPABLE = 4;
  private static final int PR_SET_NAME = 15;
  private static final int PR_GET_NAME = 16;
  private static final int PR_GET_SECCOMP = 21;
  private static final int PR_GET_NO_NEW_PRIVS = 39;
  private static final int PR_SET_VMA = 0x53564D41;
  // arch_prctl(2).
  private static final int ARCH_SET_FS = 0x1002;
  // seccomp(2).
  private static final int SET_MODE_FILTER = 1;
  private static final int TSYNC = 1;
  private static final int TSYNC_ESRCH = 16;
  // socketpair(2).
  private static final int AF_UNIX = 1;
  private static final int SEQPACKET_CLOEXEC = 0x80005;
  // socket(2).
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int STREAM = 1;
  private static final int STREAM_CLOEXEC = 0x80001;
  // setsockopt(2).
  private static final int SOL_SOCKET = 1;
  private static final int SO_REUSEADDR = 2;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_NODELAY = 1;
  // memfd_create(2).
  private static final int MFD_HUGETLB = 4;
  private static final int MFD_EXEC = 0x10;

  private FilterTables() {}

  /** A Java machine with garbage collection, compiler, threads and java.desktop, headless. */
  static FilterTable javaMachine() {
    return new FilterTable()
        .allow(Call.READ, Call.READV, Call.PREAD64, Call.WRITE, Call.WRITEV, Call.CLOSE, Call.LSEEK)
        .allow(Call.OPENAT, Call.ACCESS, Call.READLINK, Call.READLINKAT)
        .allow(Call.GETDENTS64, Call.GETCWD, Call.DUP)
        .allow(Call.STAT, Call.LSTAT, Call.FSTAT, Call.NEWFSTATAT, Call.STATX)
        .allow(Call.STATFS, Call.FSTATFS, Call.FADVISE64)
        .allow(Call.MMAP, Call.MPROTECT, Call.MUNMAP, Call.MREMAP, Call.MADVISE, Call.BRK)
        .allow(Call.RT_SIGACTION, Call.RT_SIGPROCMASK, Call.RT_SIGRETURN)
        .allow(Call.TGKILL, Call.RESTART_SYSCALL)
        .allow(Call.FUTEX, Call.FUTEX_WAITV, Call.SCHED_YIELD, Call.SCHED_GETAFFINITY)
        .allow(Call.SET_ROBUST_LIST, Call.RSEQ, Call.EXIT, Call.EXIT_GROUP)
        .allowWhen(Call.CLONE, "flags are a thread's", equal(0, THREAD))
        .refuse(Errno.ENOSYS, Call.CLONE3)
        .allow(Call.CLOCK_NANOSLEEP, Call.CLOCK_GETTIME, Call.CLOCK_GETRES)
        .allow(Call.GETTIMEOFDAY, Call.TIME, Call.GETRUSAGE)
        .allow(Call.GETRANDOM, Call.UNAME, Call.SYSINFO)
        .allow(Call.GETPID, Call.GETTID, Call.GETPPID)
        .allow(Call.GETUID, Call.GETEUID, Call.GETGID, Call.GETEGID)
        .allow(Call.SENDMSG, Call.RECVMSG, Call.SHUTDOWN, Call.GETSOCKOPT)
        .allow(Call.POLL, Call.PPOLL, Call.EVENTFD2)
        .allow(Call.EPOLL_CREATE1, Call.EPOLL_CTL, Call.EPOLL_WAIT, Call.EPOLL_PWAIT)
        .allowWhen(
            Call.FCNTL,
            "F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC, F_GET_SEALS",
            oneOf(1, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC, F_GET_SEALS))
        .allowWhen(Call.IOCTL, "TCGETS, FIONREAD", oneOf(1, TCGETS, FIONREAD))
        .allowWhen(
            Call.PRCTL,
            "PR_SET_NAME, PR_GET_NAME, PR_GET_SECCOMP, PR_GET_NO_NEW_PRIVS, PR_SET_VMA",
            oneOf(0, PR_SET_NAME, PR_GET_NAME, PR_GET_SECCOMP, PR_GET_NO_NEW_PRIVS, PR_SET_VMA))
        .allowWhen(Call.PRCTL, "PR_SET_DUMPABLE to 0", equal(0, PR_SET_DUMPABLE), equal(1, 0))
        .allowWhen(Call.PRLIMIT64, "pid 0", equal(0, 0))
        // Java falls back to read and write on these errors, and fails on EPERM.
        .refuse(Errno.EINVAL, Call.SENDFILE)
        .refuse(Errno.ENOSYS, Call.COPY_FILE_RANGE);
  }

  /** Adds what the entry's execve, the loader and the second filter's installing need. */
  static FilterTable startUp(FilterTable table) {
    return table
        .allow(Call.EXECVE, Call.SET_TID_ADDRESS)
        .allowWhen(Call.ARCH_PRCTL, "ARCH_SET_FS", equal(0, ARCH_SET_FS))
        .allowWhen(
            Call.SECCOMP,
            "SET_MODE_FILTER without flags but TSYNC and TSYNC_ESRCH",
            equal(0, SET_MODE_FILTER),
            noBit(1, ~(TSYNC | TSYNC_ESRCH)),
            anyBit(1, TSYNC));
  }

  /** Adds what a rehearsal needs beside: sockets to itself. */
  static FilterTable rehearsal(FilterTable table) {
    return table.allowWhen(
        Call.SOCKETPAIR,
        "AF_UNIX, SOCK_SEQPACKET and SOCK_CLOEXEC",
        equal(0, AF_UNIX),
        equal(1, SEQPACKET_CLOEXEC));
  }

  /** Adds what files need that the flight recorder and heap dumps write and remove. */
  static FilterTable ownFiles(FilterTable table) {
    return table
        .remove(Call.SENDFILE) // The Java machine puts heap dumps together with it.
        .allow(Call.MKDIR, Call.RMDIR, Call.UNLINK, Call.UNLINKAT, Call.RENAME, Call.SENDFILE)
        .allow(Call.FTRUNCATE, Call.PWRITE64, Call.FSYNC, Call.FDATASYNC);
  }

  /**
   * Adds what the JDK's debugger transport needs: to listen by TCP, in a network of its own that
   * leads nowhere. It connects to nobody.
   */
  static FilterTable debugger(FilterTable table) {
    return table
        .allowWhen(
            Call.SOCKET,
            "AF_INET and AF_INET6, SOCK_STREAM",
            oneOf(0, AF_INET, AF_INET6),
            oneOf(1, STREAM, STREAM_CLOEXEC))
        .allowWhen(Call.SETSOCKOPT, "SO_REUSEADDR", equal(1, SOL_SOCKET), equal(2, SO_REUSEADDR))
        .allowWhen(Call.SETSOCKOPT, "TCP_NODELAY", equal(1, IPPROTO_TCP), equal(2, TCP_NODELAY))
        .allow(Call.BIND, Call.LISTEN, Call.ACCEPT, Call.ACCEPT4, Call.GETSOCKNAME)
        .allow(Call.GETPEERNAME, Call.RECVFROM, Call.SENDTO);
  }

  /** Adds what launchd needs: code images, log pipes, timers, its log. */
  static FilterTable daemon(FilterTable table) {
    return table
        .allowWhen(
            Call.MEMFD_CREATE, "no MFD_EXEC, no MFD_HUGETLB", noBit(1, MFD_EXEC | MFD_HUGETLB))
        .allowWhen(Call.FCNTL, "F_ADD_SEALS", equal(1, F_ADD_SEALS))
        .allow(Call.FTRUNCATE, Call.PWRITE64, Call.FDATASYNC, Call.PIPE2)
        .allow(Call.TIMERFD_CREATE, Call.TIMERFD_SETTIME, Call.TIMERFD_GETTIME);
  }
}
