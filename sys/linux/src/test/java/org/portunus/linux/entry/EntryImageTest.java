// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.Errno;

class EntryImageTest {
  private static final Path OBJDUMP = Path.of("/usr/bin/objdump");

  private static EntryTable simple() {
    EntryTable table = EntryTable.reportingTo(7);
    EntryValue file = table.open("/etc/passwd", 0);
    table.call(Call.CLOSE, file);
    return table.execute("/bin/true", List.of("true"), List.of());
  }

  @Test
  void theEmittedCodeDisassemblesToItsListing(@TempDir Path folder) throws Exception {
    assumeTrue(Files.isExecutable(OBJDUMP), "binutils is not installed");
    EntryTable table = simple();
    Path image = Files.write(folder.resolve("entry"), EntryImage.emit(table));
    int start = EntryImage.CODE_BASE + EntryImage.CODE_OFFSET;
    Process objdump =
        new ProcessBuilder(
                OBJDUMP.toString(),
                "-D",
                "-b",
                "binary",
                "-m",
                "i386:x86-64",
                "-M",
                "intel",
                "--adjust-vma=" + EntryImage.CODE_BASE,
                "--start-address=" + start,
                "--stop-address=" + (start + EntryListing.length()),
                image.toString())
            .redirectErrorStream(true)
            .start();
    Pattern instruction = Pattern.compile("^\\s*[0-9a-f]+:\\t[0-9a-f ]+\\t(.*)$");
    List<String> actual =
        objdump
            .inputReader()
            .lines()
            .map(instruction::matcher)
            .filter(Matcher::matches)
            .map(matcher -> matcher.group(1).strip())
            .toList();
    assertThat(actual)
        .containsExactlyElementsOf(EntryListing.expected(EntryImage.numbers(table), start));
  }

  @Test
  void noSegmentIsWritableAndExecutable() {
    byte[] image = EntryImage.emit(simple());
    assertThat(image).startsWith(0x7F, 'E', 'L', 'F', 2, 1);
    int writable = 0;
    for (int i = 0; i < 3; i++) {
      int flags = image[64 + 56 * i + 4];
      assertThat(flags & 3).isNotEqualTo(3);
      writable += flags >> 1 & 1;
    }
    assertThat(writable).isEqualTo(2);
    assertThat(image.length).isLessThan(1500);
  }

  @Test
  void aTableEndsWithAnExecve() {
    EntryTable table = EntryTable.reportingTo(2);
    assertThatThrownBy(() -> EntryImage.emit(table)).isInstanceOf(IllegalArgumentException.class);
    table.closeRange(3, -1);
    assertThatThrownBy(() -> EntryImage.emit(table)).hasMessageContaining("execve");
    table.execute("/bin/true", List.of("true"), List.of());
    assertThatThrownBy(() -> table.call(Call.GETPID)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aResultIsReadOnlyAfterItsRow() {
    EntryTable table = EntryTable.reportingTo(2);
    table.call(Call.CLOSE, new EntryValue.Result(0));
    table.execute("/bin/true", List.of("true"), List.of());
    assertThatThrownBy(() -> EntryImage.emit(table)).hasMessageContaining("too early");
  }

  @Test
  void dataOfAnotherTableIsRefused() {
    EntryTable table = EntryTable.reportingTo(2);
    table.call(Call.CHDIR, EntryTable.reportingTo(2).text("/"));
    table.execute("/bin/true", List.of("true"), List.of());
    assertThatThrownBy(() -> EntryImage.emit(table)).hasMessageContaining("another table");
  }

  @Test
  void wordsOutsideTheirDataAndBadTextAreRefused() {
    EntryTable table = EntryTable.reportingTo(2);
    assertThatThrownBy(() -> table.data(new byte[4]).put(0, table.text("x")))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> table.text("a\0b")).isInstanceOf(IllegalArgumentException.class);
    table.data(new byte[EntryImage.MAXIMUM_SIZE]);
    table.execute("/bin/true", List.of("true"), List.of());
    assertThatThrownBy(() -> EntryImage.emit(table)).hasMessageContaining("longer than");
  }

  @Test
  void rowsAreDescribed() {
    assertThat(simple().describe(1)).isEqualTo("close(result of row 0)");
    assertThat(new EntryFailure(3, Errno.EPERM.number(), Call.MOUNT.number()))
        .hasToString("launch row 3, mount: Operation not permitted (EPERM)");
    assertThat(EntryFailure.decode(new byte[16])).isEmpty();
    assertThat(EntryFailure.decode(new byte[3])).isEmpty();
  }
}
