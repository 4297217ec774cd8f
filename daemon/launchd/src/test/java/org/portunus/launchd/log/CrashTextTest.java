// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class CrashTextTest {
  private static final String HEAD =
      "# A fatal error has been detected by the Java Runtime Environment:";
  private static final String SEGV = "#  SIGSEGV (0xb) at pc=0x00007f5f42c1f12f, pid=1, tid=2";

  private static Optional<String> read(String... lines) {
    CrashText text = new CrashText();
    for (String line : lines) {
      text.line(line);
    }
    return text.signal();
  }

  @Test
  void readsTheSignalOfAReport() {
    assertThat(read("hello", "#", HEAD, "#", SEGV)).contains("SIGSEGV");
    assertThat(read(HEAD, "#  SIGBUS (0x7) at pc=0x00007fdd9d219eec (sent by kill), pid=1, tid=2"))
        .contains("SIGBUS");
  }

  @Test
  void abortOfTheCLibraryCountsAsItsSignal() {
    assertThat(read(HEAD, SEGV, "# C  [libc.so.6+0x2650f]  abort+0x170")).contains("SIGABRT");
    assertThat(read(HEAD, SEGV, "# C  [libcrash.so+0x112f]  abort+0x170")).contains("SIGSEGV");
  }

  @Test
  void otherTextIsNone() {
    assertThat(read(SEGV, "SIGSEGV", "#  Internal Error (x.cpp:1)")).isEmpty();
    assertThat(read(HEAD, "#  Internal Error (vmError.cpp:1), pid=1, tid=2")).isEmpty();
    assertThat(read(HEAD, "#  SIGNONSENSEATALL (0xb) at pc=0")).isEmpty();
  }
}
