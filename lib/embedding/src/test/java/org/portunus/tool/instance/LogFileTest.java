// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
  @TempDir Path folder;

  @Test
  void readGivesWholeLinesOnly() throws Exception {
    Path log = Files.writeString(folder.resolve("log"), "one\ntwo\nunfinished");
    List<String> lines = new ArrayList<>();
    new LogFile(log).read(lines::add);
    assertThat(lines).containsExactly("one", "two");
  }

  @Test
  void aLineWithoutEndIsCut() throws Exception {
    Path log = Files.writeString(folder.resolve("log"), "x".repeat(LogFile.MAX_LINE * 3) + "\nb\n");
    List<String> lines = new ArrayList<>();
    new LogFile(log).read(lines::add);
    assertThat(lines).hasSize(2).last().isEqualTo("b");
    assertThat(lines.getFirst()).hasSize(LogFile.MAX_LINE);
  }

  @Test
  void followGivesWhatIsAddedAndEndsWhenInterrupted() throws Exception {
    Path log = Files.writeString(folder.resolve("log"), "one\ntw");
    LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    LinkedBlockingQueue<String> ends = new LinkedBlockingQueue<>();
    Thread follower =
        Thread.ofPlatform()
            .start(() -> {
              try {
                new LogFile(log).follow(lines::add);
              } catch (Exception end) {
                ends.add(end.getClass().getSimpleName());
              }
            });
    assertThat(lines.poll(30, TimeUnit.SECONDS)).isEqualTo("one");
    Files.writeString(log, "o\n", StandardOpenOption.APPEND);
    assertThat(lines.poll(30, TimeUnit.SECONDS)).isEqualTo("two");
    follower.interrupt();
    assertThat(ends.poll(30, TimeUnit.SECONDS)).isEqualTo("InterruptedException");
  }
}
