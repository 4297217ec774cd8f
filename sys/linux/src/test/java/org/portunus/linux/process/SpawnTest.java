// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.Readiness;
import org.portunus.linux.file.Pipe;

class SpawnTest {
  private static String output(Spawn spawn, Pipe pipe) throws LinuxException {
    try (Child child = spawn.start()) {
      pipe.writer().close();
      String text = new String(pipe.reader().readFully(1 << 16), StandardCharsets.UTF_8);
      child.await();
      return text;
    }
  }

  private static Spawn shell(String script) {
    return Spawn.of("/bin/sh", List.of("sh", "-c", script));
  }

  @Test
  void theEnvironmentIsExactlyWhatIsNamed() throws LinuxException {
    try (Pipe pipe = Pipe.create()) {
      Spawn spawn =
          Spawn.of("/usr/bin/env", List.of("env"))
              .environment("B", "2")
              .environment("A", "1 x")
              .descriptor(pipe.writer(), 1);
      assertThat(output(spawn, pipe)).isEqualTo("A=1 x\nB=2\n");
    }
  }

  @Test
  void theDescriptorsAreExactlyWhatIsNamed() throws LinuxException {
    try (Pipe pipe = Pipe.create();
        Pipe other = Pipe.create()) {
      Spawn spawn =
          Spawn.of("/bin/ls", List.of("ls", "-1", "/proc/self/fd"))
              .descriptor(pipe.writer(), 1)
              .descriptor(other.reader(), 9);
      // The fourth is ls reading the folder.
      assertThat(output(spawn, pipe).lines()).containsExactly("0", "1", "2", "3", "9");
    }
  }

  @Test
  void sourcesAndTargetsMaySwap() throws LinuxException {
    try (Pipe pipe = Pipe.create();
        Pipe other = Pipe.create()) {
      other.writer().writeFully("through".getBytes(StandardCharsets.UTF_8));
      other.writer().close();
      int a = pipe.writer().raw();
      int b = other.reader().raw();
      Spawn spawn =
          shell("cat /proc/self/fd/" + a + " > /proc/self/fd/" + b)
              .descriptor(a, b)
              .descriptor(b, a);
      assertThat(output(spawn, pipe)).isEqualTo("through");
    }
  }

  @Test
  void noSignalIsBlockedOrIgnored() throws LinuxException {
    try (Pipe pipe = Pipe.create()) {
      Spawn spawn =
          Spawn.of("/bin/grep", List.of("grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"))
              .descriptor(pipe.writer(), 1);
      assertThat(output(spawn, pipe).lines().map(line -> line.substring(line.indexOf(9) + 1)))
          // glibc keeps its two internal signals, 32 and 33, ignored in a spawned child.
          .containsExactly("0000000000000000", "0000000180000000");
    }
  }

  @Test
  void directoryAndSession() throws LinuxException {
    try (Pipe pipe = Pipe.create()) {
      Spawn spawn =
          shell("pwd; cut -d ' ' -f 6 /proc/self/stat; echo $$")
              .directory(Path.of("/usr"))
              .newSession()
              .descriptor(pipe.writer(), 1);
      List<String> lines = output(spawn, pipe).lines().toList();
      assertThat(lines.get(0)).isEqualTo("/usr");
      assertThat(lines.get(1)).isEqualTo(lines.get(2));
    }
  }

  @Test
  void exitCodeAndUsageAreRecorded() throws LinuxException {
    try (Child child = shell("exit 7").start()) {
      ExitRecord record = child.await();
      assertThat(record.outcome()).isEqualTo(new ExitRecord.Outcome.Exited(7));
      assertThat(record.isSuccess()).isFalse();
      assertThat(record.maximumResident()).isPositive();
      assertThat(child.poll()).contains(record);
      assertThat(child.signal(Signal.KILL)).isEqualTo(-Errno.ESRCH.number());
    }
  }

  @Test
  void aKilledChildSaysByWhat() throws LinuxException {
    try (Child child = Spawn.of("/bin/sleep", List.of("sleep", "30")).start()) {
      assertThat(child.poll()).isEmpty();
      assertThat(Readiness.await(child.pidfd(), Readiness.READABLE, 0)).isZero();
      assertThat(child.signal(Signal.TERMINATE)).isZero();
      assertThat(Readiness.await(child.pidfd(), Readiness.READABLE, Readiness.FOREVER))
          .isEqualTo(Readiness.READABLE);
      assertThat(child.poll().orElseThrow().outcome())
          .isEqualTo(new ExitRecord.Outcome.Killed(Signal.TERMINATE));
    }
  }

  @Test
  void aProgramThatIsNotThereIsATypedError() {
    assertThatThrownBy(() -> Spawn.of("/nowhere/x", List.of("x")).start())
        .isInstanceOfSatisfying(LinuxException.class, e -> assertThat(e.is(Errno.ENOENT)).isTrue())
        .hasMessageContaining("/nowhere/x");
  }

  @Test
  void aTargetNamedTwiceIsRefused() {
    assertThatThrownBy(() -> shell("true").descriptor(1, 5).descriptor(2, 5))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theEndOfAnyProcessCanBeWaitedFor() throws LinuxException {
    try (Pipe held = Pipe.create();
        Child child = Spawn.of("/bin/cat", List.of("cat")).descriptor(held.reader(), 0).start()) {
      ProcessWatch.awaitEnd(child.pid(), 1);
      assertThat(child.poll()).isEmpty();
      held.writer().close();
      ProcessWatch.awaitEnd(child.pid(), 30_000);
      assertThat(child.poll()).isPresent();
      ProcessWatch.awaitEnd(child.pid(), 30_000);
    }
  }
}
