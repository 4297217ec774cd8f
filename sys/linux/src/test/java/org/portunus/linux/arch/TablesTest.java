// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.portunus.linux.call.Errno;

/** The tables against the headers of the system, where they are installed. */
class TablesTest {
  private static final Path CALLS = Path.of("/usr/include/x86_64-linux-gnu/asm/unistd_64.h");
  private static final Path ERRORS = Path.of("/usr/include/asm-generic/errno.h");

  @Test
  void systemCallNumbersAreThoseOfTheHeader() throws Exception {
    assumeTrue(Files.exists(CALLS), "the kernel's headers are not installed");
    int seen = 0;
    var matcher = Pattern.compile("#define __NR_(\\w+) (\\d+)").matcher(Files.readString(CALLS));
    while (matcher.find()) {
      Call call = Call.named(matcher.group(1)).orElseThrow();
      assertThat(call.number()).as(matcher.group(1)).isEqualTo(Integer.parseInt(matcher.group(2)));
      seen++;
    }
    assertThat(seen).isGreaterThan(350);
  }

  @Test
  void errorNumbersAreThoseOfTheHeader() throws Exception {
    assumeTrue(Files.exists(ERRORS), "the kernel's headers are not installed");
    var matcher = Pattern.compile("#define\\s+(E\\w+)\\s+(\\d+)").matcher(Files.readString(ERRORS));
    while (matcher.find()) {
      assertThat(Errno.of(Integer.parseInt(matcher.group(2))))
          .contains(Errno.valueOf(matcher.group(1)));
    }
  }

  @Test
  void eachNumberStandsOnce() {
    Set<Integer> numbers = new HashSet<>();
    for (Call call : Call.values()) {
      assertThat(numbers.add(call.number(Architecture.X86_64))).as(call.kernelName()).isTrue();
      assertThat(Call.numbered(call.number())).contains(call);
      assertThat(Call.named(call.kernelName())).contains(call);
    }
    assertThat(Call.numbered(1023)).isEmpty();
    assertThat(Call.named("no_such_call")).isEmpty();
  }

  @Test
  void anotherArchitectureIsRefusedByName() {
    assertThat(Architecture.detect("x86_64")).isEqualTo(Architecture.current());
    assertThatThrownBy(() -> Architecture.detect("riscv64"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("riscv64");
  }
}
