// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.portunus.system.pager.PagedMemory.PAGE_BYTES;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.linux.call.SystemCall.LibraryFunction;
import org.portunus.system.pager.PageSource;
import org.portunus.system.pager.PagedMemory;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;
import portunus.lifeprobe.ProbePager;
import portunus.lifeprobe.ProbePager.Habit;

/** A service in its sandbox supplies the pages of a client's memory, and does worse. */
class PagerTest {
  private static final String PAGER = "probe.pager";
  private static final String RELAYED = "probe.pager.relayed";
  private static final String STOPPED = "probe.pager.stopped";
  private static final int PAGES = 5;
  private static final long LAST = (PAGES - 1L) * PAGE_BYTES;
  // Pages that are supplied have to come within it on a busy machine, too.
  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final LibraryFunction MEMCPY = LibraryFunction.of("memcpy");

  @TempDir static Path folder;
  private static LifeInstance instance;

  @BeforeAll
  static void start() throws Exception {
    instance =
        LifeInstance.start(
            new ProbeFolder(folder)
                .job(PAGER, Map.of("IdleTimeout", "600"), 0)
                .job(STOPPED, Map.of("IdleTimeout", "600"), 0)
                .job(RELAYED, Map.of("IdleTimeout", "600"), 0)
                .relayed(RELAYED));
  }

  @AfterAll
  static void end() throws Exception {
    instance.close();
  }

  private record Remote(ProbePager pager) implements PageSource {
    @Override
    public byte[] read(long offset, int length) {
      return pager.supply(offset, length);
    }

    @Override
    public void write(long offset, byte[] page) {
      pager.takeBack(offset, page);
    }
  }

  private static PagedMemory open(ProbePager pager, Duration deadline) {
    return PagedMemory.open((long) PAGES * PAGE_BYTES, new Remote(pager), deadline);
  }

  private static byte copy(PagedMemory memory, long offset) {
    byte[] into = new byte[1];
    memory.copy(offset, MemorySegment.ofArray(into));
    return into[0];
  }

  private static byte touch(MemorySegment address, long offset) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate(1);
      int _ = MEMCPY.invoke(into.address(), address.address() + offset, 1, 0, 0, 0);
      return into.get(ValueLayout.JAVA_BYTE, 0);
    }
  }

  private static long giveBack(PagedMemory memory) {
    try {
      return memory.giveBack();
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  private static void signal(ProcessHandle process, String signal) throws Exception {
    int status =
        new ProcessBuilder("/bin/kill", "-" + signal, Long.toString(process.pid()))
            .start()
            .waitFor();
    assertThat(status).as("kill -%s", signal).isZero();
  }

  /** The signal reaches each thread in its own time. */
  private static boolean isStopped(long pid) {
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path thread : threads.toList()) {
        String stat = Files.readString(thread.resolve("stat"), StandardCharsets.ISO_8859_1);
        if (!stat.substring(stat.lastIndexOf(')')).startsWith(") T ")) {
          return false;
        }
      }
      return true;
    } catch (IOException gone) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {PAGER, RELAYED})
  void pagesComeFromTheServiceAndGoBack(String service) throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(service)) {
      ProbePager pager = connection.proxy(Eventually.PATIENCE).pager(PAGES, Habit.SUPPLIES);
      try (PagedMemory memory = open(pager, Eventually.PATIENCE)) {
        MemorySegment address = memory.address();
        for (int page = 0; page < PAGES; page++) {
          long offset = (long) page * PAGE_BYTES + page;
          byte read = page % 2 == 0 ? copy(memory, offset) : touch(address, offset);
          assertThat(read).isEqualTo((byte) (page + 1));
        }
        byte[] bytes = new byte[PAGE_BYTES];
        Arrays.fill(bytes, (byte) 99);
        memory.put(PAGE_BYTES / 2, MemorySegment.ofArray(bytes));
        assertThat(pager.collect(asked -> giveBack(memory))).isEqualTo(2);
      }
      try (PagedMemory again = open(pager, Eventually.PATIENCE)) {
        assertThat(copy(again, 0)).isEqualTo((byte) 1);
        assertThat(copy(again, PAGE_BYTES / 2)).isEqualTo((byte) 99);
        assertThat(touch(again.address(), PAGE_BYTES)).isEqualTo((byte) 99);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Habit.class,
      names = {"SHORT", "FLOODS", "FAILS", "DIES", "SILENT"})
  void whatAHostilePagerEndsIsItsMemoryAndNothingElse(Habit habit) throws Exception {
    Duration deadline = habit == Habit.SILENT ? SHORT : Eventually.PATIENCE;
    try (ServiceConnection<LifeProbe> connection = instance.open(PAGER)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      ProbePager pager = probe.pager(PAGES, habit);
      try (PagedMemory memory = open(pager, deadline);
          PagedMemory other =
              open(connection.proxy(Eventually.PATIENCE).pager(PAGES, Habit.SUPPLIES), deadline)) {
        MemorySegment address = memory.address();
        assertThat(copy(memory, 0)).isEqualTo((byte) 1);
        assertThat(copy(other, 0)).isEqualTo((byte) 1);
        assertThatExceptionOfType(PortunusException.class)
            .isThrownBy(() -> copy(memory, LAST))
            .returns(ErrorCode.PAGER_LOST, PortunusException::code);
        assertThatExceptionOfType(PortunusException.class)
            .as("it has no second chance")
            .isThrownBy(() -> copy(memory, PAGE_BYTES))
            .returns(ErrorCode.PAGER_LOST, PortunusException::code);
        assertThat(touch(address, 0)).as("what was there stays").isEqualTo((byte) 1);
        assertThat(copy(memory, 1)).isEqualTo((byte) 1);
        if (habit != Habit.DIES) {
          assertThat(copy(other, LAST)).isEqualTo((byte) PAGES);
        }
      }
      assertThat(probe.echo(7)).as("the next call works").isEqualTo(7);
    }
  }

  @Test
  void aStoppedServiceIsLate() throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(STOPPED)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      ProbePager pager = probe.pager(PAGES, Habit.SUPPLIES);
      ProcessHandle service = instance.process(STOPPED);
      try (PagedMemory memory = open(pager, SHORT)) {
        assertThat(copy(memory, 0)).isEqualTo((byte) 1);
        signal(service, "STOP");
        Duration _ = Eventually.until("all threads have stopped", () -> isStopped(service.pid()));
        assertThatExceptionOfType(PortunusException.class)
            .isThrownBy(() -> copy(memory, PAGE_BYTES))
            .returns(ErrorCode.PAGER_LOST, PortunusException::code);
      } finally {
        signal(service, "KILL");
      }
    }
  }

  @Test
  void inASandboxPagesComeByCopiesOnly() throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(PAGER)) {
      assertThat(connection.proxy(Eventually.PATIENCE).pagedHere())
          .isEqualTo("right.refused after 7");
    }
  }
}
