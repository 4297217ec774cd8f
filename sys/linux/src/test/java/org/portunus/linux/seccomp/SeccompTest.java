// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.linux.arch.Architecture;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.entry.EntryRun;
import org.portunus.linux.entry.EntryTable;
import org.portunus.linux.process.ExitRecord.Outcome;
import org.portunus.linux.process.JavaChild;
import org.portunus.linux.process.Signal;
import org.portunus.linux.process.ThisProcess;

class SeccompTest {
  /** What a thread of a JVM needs to go on, and to end. */
  private static final Call[] NEEDED = {
    Call.READ,
    Call.WRITE,
    Call.CLOSE,
    Call.FSTAT,
    Call.LSEEK,
    Call.MMAP,
    Call.MPROTECT,
    Call.MUNMAP,
    Call.BRK,
    Call.RT_SIGACTION,
    Call.RT_SIGPROCMASK,
    Call.RT_SIGRETURN,
    Call.PREAD64,
    Call.SCHED_YIELD,
    Call.MADVISE,
    Call.GETPID,
    Call.EXIT,
    Call.FCNTL,
    Call.GETTID,
    Call.FUTEX,
    Call.SCHED_GETAFFINITY,
    Call.CLOCK_GETTIME,
    Call.EXIT_GROUP,
    Call.OPENAT,
    Call.NEWFSTATAT,
    Call.STATX,
    Call.READLINK,
    Call.STAT,
    Call.LSTAT,
    Call.PRCTL,
    Call.SECCOMP,
    Call.CLONE,
    Call.CLONE3,
    Call.SET_ROBUST_LIST,
    Call.RSEQ,
    Call.SIGALTSTACK,
    Call.GETCPU,
    Call.TGKILL,
    Call.RESTART_SYSCALL,
    Call.CLOCK_NANOSLEEP,
    Call.NANOSLEEP,
    Call.GETTIMEOFDAY,
    Call.SYSINFO
  };

  /**
   * Linux passes these by every filter (6.14, 6.18) and answers them outside its own trampolines
   * with SIGILL and ENXIO.
   */
  private static final Set<Integer> UNFILTERED =
      Set.of(Call.URETPROBE.number(), Call.UPROBE.number());

  private static FilterProgram tight() {
    return FilterBuilder.create(Architecture.current())
        .allow(NEEDED)
        .hot(Call.FUTEX)
        .otherwise(Action.refuse(Errno.EXDEV))
        .build();
  }

  @Test
  void theKernelAnswersEveryRefusedNumberAsTheInterpreterDoes() throws Exception {
    FilterProgram program = tight();
    List<String> differences = new ArrayList<>();
    List<Integer> probed = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                ThisProcess.setNoNewPrivileges();
                Seccomp.install(program, Seccomp.Threads.CALLING);
                probe(program, probed, differences);
              } catch (LinuxException | RuntimeException failure) {
                failures.add(failure);
              }
            });
    thread.join();
    assertThat(failures).isEmpty();
    assertThat(differences).isEmpty();
    assertThat(probed).hasSizeGreaterThan(950);
    assertThat(SystemCall.invoke(Call.GETPPID)).as("this thread is free").isPositive();
  }

  private static void probe(FilterProgram program, List<Integer> probed, List<String> differences) {
    int exdev = Action.refuse(Errno.EXDEV).value();
    int enosys = Action.refuse(Errno.ENOSYS).value();
    for (int number = 0; number < 1024; number++) {
      int answer = program.evaluate(CallData.of(number)).value();
      if (!UNFILTERED.contains(number) && (answer == exdev || answer == enosys)) {
        long expected = answer == exdev ? -Errno.EXDEV.number() : -Errno.ENOSYS.number();
        long result = SystemCall.invoke(number, -1, -1, -1, -1, -1, -1);
        probed.add(number);
        if (result != expected) {
          differences.add(number + ": " + result);
        }
      }
    }
  }

  @Test
  void synchronisedInstallationBindsThreadsThatRunAlready() throws LinuxException {
    JavaChild child = JavaChild.run(AllThreads.class);
    assertThat(child.output()).isEqualTo("free 0, bound " + -Errno.EXDEV.number());
    assertThat(child.outcome()).isEqualTo(new Outcome.Exited(0));
  }

  /** Installs from the main thread; another thread, started before, tries. */
  static final class AllThreads {
    private AllThreads() {}

    public static void main(String[] arguments) throws Exception {
      CountDownLatch tried = new CountDownLatch(1);
      CountDownLatch installed = new CountDownLatch(1);
      StringBuilder text = new StringBuilder();
      Thread other =
          Thread.ofPlatform()
              .start(() -> {
                text.append("free ").append(SystemCall.invoke(Call.SCHED_GETSCHEDULER));
                tried.countDown();
                try {
                  installed.await();
                } catch (InterruptedException interrupted) {
                  throw new IllegalStateException(interrupted);
                }
                text.append(", bound ").append(SystemCall.invoke(Call.SCHED_GETSCHEDULER));
              });
      tried.await();
      ThisProcess.setNoNewPrivileges();
      Seccomp.install(
          FilterBuilder.create(Architecture.current())
              .refuse(Errno.EXDEV, Call.SCHED_GETSCHEDULER)
              .otherwise(Action.ALLOW)
              .build(),
          Seccomp.Threads.ALL);
      installed.countDown();
      other.join();
      System.out.println(text);
    }
  }

  @Test
  void anX32CallKillsTheProcess() throws LinuxException {
    JavaChild child = JavaChild.run(X32Caller.class);
    assertThat(child.output()).isEqualTo("installed");
    assertThat(child.outcome()).isIn(sigsys());
  }

  /** Calls getpid by its x32 number. */
  static final class X32Caller {
    private X32Caller() {}

    public static void main(String[] arguments) throws LinuxException {
      ThisProcess.setNoNewPrivileges();
      Seccomp.install(
          FilterBuilder.create(Architecture.current()).otherwise(Action.ALLOW).build(),
          Seccomp.Threads.ALL);
      System.out.println("installed");
      System.exit((int) SystemCall.invoke(0x40000000 | Call.GETPID.number(), 0, 0, 0, 0, 0, 0));
    }
  }

  @Test
  void aCallByTheOldInterruptKillsTheProcess(@TempDir Path folder) throws Exception {
    Path program = Files.write(folder.resolve("old"), oldInterruptProgram());
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    EntryTable free = EntryTable.reportingTo(EntryRun.REPORT);
    free.execute(program.toString(), List.of("old"), List.of());
    assertThat(EntryRun.of(free).outcome()).isEqualTo(new Outcome.Exited(7));

    EntryTable bound = EntryTable.reportingTo(EntryRun.REPORT).noNewPrivileges();
    bound.filter(FilterBuilder.create(Architecture.current()).otherwise(Action.ALLOW).build());
    bound.execute(program.toString(), List.of("old"), List.of());
    EntryRun run = EntryRun.of(bound);
    assertThat(run.failure()).isEmpty();
    assertThat(run.outcome()).isIn(sigsys());
  }

  /** mov eax,20 (i386 getpid); int 0x80; mov edi,7; mov eax,60 (exit); syscall. */
  private static byte[] oldInterruptProgram() {
    byte[] code = {
      (byte) 0xb8,
      20,
      0,
      0,
      0,
      (byte) 0xcd,
      (byte) 0x80,
      (byte) 0xbf,
      7,
      0,
      0,
      0,
      (byte) 0xb8,
      60,
      0,
      0,
      0,
      0x0f,
      0x05
    };
    ByteBuffer head = ByteBuffer.allocate(120).order(ByteOrder.LITTLE_ENDIAN);
    head.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
    head.putShort((short) 2).putShort((short) 62).putInt(1);
    head.putLong(0x400000 + 120).putLong(64).putLong(0).putInt(0);
    head.putShort((short) 64)
        .putShort((short) 56)
        .putShort((short) 1)
        .putShort((short) 0)
        .putInt(0);
    head.putInt(1).putInt(5).putLong(0).putLong(0x400000).putLong(0x400000);
    head.putLong(120 + code.length).putLong(120 + code.length).putLong(4096);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(head.array());
    file.writeBytes(code);
    return file.toByteArray();
  }

  private static List<Outcome> sigsys() {
    return List.of(
        new Outcome.Killed(Signal.BAD_SYSTEM_CALL), new Outcome.Dumped(Signal.BAD_SYSTEM_CALL));
  }

  @Test
  void anOversizedTotalIsATypedError() {
    assertThatThrownBy(
            () -> new FilterProgram(Collections.nCopies(5000, Instruction.returning(Action.ALLOW))))
        .hasMessageContaining("4096");
  }
}
