// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.Errno;
import org.portunus.linux.seccomp.Action;
import org.portunus.linux.seccomp.CallData;

final class TaskFilterTest {
  private static final int ROWS = 512;
  private static final Action EPERM = Action.refuse(Errno.EPERM);
  private static final Action ENOSYS = Action.refuse(Errno.ENOSYS);
  private static final List<String> REFUSED_EVERYWHERE =
      """
      io_uring_setup io_uring_enter io_uring_register userfaultfd bpf perf_event_open keyctl add_key
      request_key ptrace process_vm_readv process_vm_writev pidfd_getfd pidfd_open kcmp
      open_by_handle_at name_to_handle_at mount umount2 move_mount open_tree fsopen fsmount fsconfig
      fspick mount_setattr pivot_root chroot setns unshare personality vmsplice init_module
      finit_module delete_module kexec_load kexec_file_load swapon swapoff execveat fork vfork socket
      socketpair connect bind listen accept accept4 memfd_secret inotify_init inotify_init1 chmod
      fchmod fchmodat fchmodat2 chown fchown lchown fchownat setxattr lsetxattr fsetxattr
      removexattr lremovexattr fremovexattr setxattrat removexattrat utime utimes futimesat utimensat
      truncate flock kill tkill rt_sigqueueinfo rt_tgsigqueueinfo process_madvise setuid setgid
      setresuid setresgid setgroups capset landlock_create_ruleset landlock_restrict_self
      sched_setaffinity setpriority mlock mlockall shmget msgget semget mq_open rename unlink mkdir
      creat link symlink mknod open acct reboot sethostname quotactl syslog fanotify_init
      """
          .lines()
          .flatMap(line -> Stream.of(line.strip().split(" +", -1)))
          .toList();

  /** What a task in development mode may beside: files of its own, and to listen. */
  private static final List<String> OF_DEVELOPMENT =
      List.of("rename", "unlink", "mkdir", "bind", "listen", "accept", "accept4");

  @Test
  void theWrittenTableStatesWhatTheFiltersAre() throws IOException {
    Path fresh = Path.of("target", "filters.tsv");
    Files.createDirectories(fresh.getParent());
    Files.writeString(fresh, table());
    try (InputStream stored = TaskFilter.class.getResourceAsStream("filters.tsv")) {
      assertThat(stored).as("filters.tsv; copy %s there", fresh).isNotNull();
      assertThat(new String(stored.readAllBytes(), StandardCharsets.UTF_8))
          .as("filters.tsv; copy %s there when the change is meant", fresh)
          .isEqualTo(table());
    }
  }

  private static String table() {
    StringBuilder text = new StringBuilder();
    text.append(
        "# Numbers from 512 are ENOSYS, x32 (bit 30) and 32-bit calls KILL, in each filter.\n");
    text.append(
        "# Linux 6.14 and later don't show uretprobe and uprobe to filters: SIGILL, ENXIO.\n");
    text.append("number\tname");
    for (TaskFilter filter : TaskFilter.values()) {
      text.append('\t').append(filter);
    }
    text.append('\n');
    for (int number = 0; number < ROWS; number++) {
      text.append(number).append('\t');
      text.append(Call.numbered(number).map(Call::kernelName).orElse("-"));
      for (TaskFilter filter : TaskFilter.values()) {
        text.append('\t').append(filter.answer(number));
      }
      text.append('\n');
    }
    return text.toString();
  }

  @ParameterizedTest
  @EnumSource
  void theProgramAnswersAsTheTableSays(TaskFilter filter) {
    for (CallData data : CallSamples.numbers(CallSamples.X86_64, 0)) {
      String stated = filter.answer(data.number());
      String answer = filter.program().evaluate(data).toString();
      if (stated.contains(";")) {
        assertThat(stated).as("number %d", data.number()).endsWith("else " + answer);
      } else {
        assertThat(answer).as("number %d", data.number()).isEqualTo(stated);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void otherArchitecturesAndX32Kill(TaskFilter filter) {
    for (CallData data : CallSamples.numbers(CallSamples.X86_64, CallSamples.X32)) {
      assertThat(filter.program().evaluate(data)).isEqualTo(Action.KILL);
    }
    for (CallData data : CallSamples.numbers(CallSamples.I386, 0)) {
      assertThat(filter.program().evaluate(data)).isEqualTo(Action.KILL);
    }
    assertThat(filter.program().evaluate(new CallData(0, 0xC00000B7, 0, 0, 0, 0, 0, 0)))
        .isEqualTo(Action.KILL);
  }

  @ParameterizedTest
  @EnumSource
  void refusesWhatEveryProfileRefuses(TaskFilter filter) {
    boolean development = filter.name().startsWith("DEVELOPMENT");
    for (String name : REFUSED_EVERYWHERE) {
      if (development && OF_DEVELOPMENT.contains(name)) {
        continue;
      }
      Call call = Call.named(name).orElseThrow(() -> new AssertionError("no call " + name));
      assertThat(filter.program().evaluate(CallData.of(call))).as(name).isEqualTo(EPERM);
    }
    assertThat(filter.program().evaluate(CallData.of(Call.CLONE3))).isEqualTo(ENOSYS);
  }

  @ParameterizedTest
  @EnumSource
  void refusesForksNamespacesLocksAndTerminalRequests(TaskFilter filter) {
    for (CallData data : CallSamples.conditional()) {
      Optional<Call> call = Call.numbered(data.number());
      boolean dangerous =
          switch (call.orElseThrow()) {
            case CLONE -> true;
            case FCNTL ->
                (data.b() >= 5 && data.b() <= 16) || (data.b() >= 1024 && data.b() <= 1028);
            case IOCTL -> (int) data.b() == 0x5412 || (int) data.b() == 0x541C;
            case PRCTL -> (int) data.a() == 0x59616D61 || (int) data.a() == 22;
            default -> false;
          };
      if (dangerous) {
        assertThat(filter.program().evaluate(data)).as("%s", data).isEqualTo(EPERM);
      }
    }
  }

  @Test
  void theSecondFilterOnlyTakesAway() {
    String start = "execve arch_prctl set_tid_address seccomp";
    assertThat(taken(TaskFilter.DAEMON_FIRST, TaskFilter.DAEMON_SECOND)).isEqualTo(start);
    assertThat(taken(TaskFilter.SERVICE_FIRST, TaskFilter.SERVICE_SECOND))
        .isEqualTo("socketpair ".concat(start));
    assertThat(taken(TaskFilter.DEVELOPMENT_FIRST, TaskFilter.DEVELOPMENT_SECOND))
        .isEqualTo("socketpair ".concat(start));
    assertThat(taken(TaskFilter.DEVELOPMENT_SECOND, TaskFilter.SERVICE_SECOND))
        .isEqualTo(
            "pwrite64 sendfile socket accept sendto recvfrom bind listen getsockname getpeername"
                + " setsockopt fsync fdatasync ftruncate rename mkdir rmdir unlink unlinkat accept4");
    for (TaskFilter second :
        List.of(
            TaskFilter.SERVICE_SECOND, TaskFilter.DEVELOPMENT_SECOND, TaskFilter.DAEMON_SECOND)) {
      for (Call call :
          List.of(
              Call.EXECVE, Call.SECCOMP, Call.ARCH_PRCTL, Call.SET_TID_ADDRESS, Call.SOCKETPAIR)) {
        assertThat(second.answer(call.number())).isEqualTo("EPERM");
      }
    }
  }

  private static String taken(TaskFilter first, TaskFilter second) {
    return Stream.of(Call.values())
        .filter(call -> !first.answer(call.number()).equals(second.answer(call.number())))
        .map(Call::kernelName)
        .collect(Collectors.joining(" "));
  }

  @Test
  void threadsOfTheCLibraryAreAllowed() {
    CallData thread = CallData.of(Call.CLONE).with(0x3D0F00, 0, 0);
    assertThat(TaskFilter.SERVICE_SECOND.program().evaluate(thread)).isEqualTo(Action.ALLOW);
  }

  @Test
  void frequentCallsAreDecidedEarly() {
    for (Call call : List.of(Call.FUTEX, Call.RECVMSG, Call.SENDMSG)) {
      assertThat(TaskFilter.SERVICE_SECOND.program().steps(CallData.of(call))).isLessThan(10);
    }
  }
}
