// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.pager;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Native code that touches a page that nobody will supply, in a process of its own. */
class LostPageTest {
  // The Java machine catches the signal, reports it and exits.
  private static final int CAUGHT = 1;

  @TempDir private Path folder;

  private record Ended(int status, String output) {}

  private Ended run(String mode) throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-XX:-CreateCoredumpOnCrash",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                PagerChild.class.getName(),
                mode)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(child.waitFor(), output);
  }

  private static String classPath() {
    Set<String> parts = new LinkedHashSet<>();
    parts.add(Path.of("target/classes").toAbsolutePath().toString());
    parts.add(Path.of("target/test-classes").toAbsolutePath().toString());
    for (String property :
        List.of("surefire.test.class.path", "java.class.path", "jdk.module.path")) {
      parts.addAll(Arrays.asList(System.getProperty(property, "").split(File.pathSeparator, -1)));
    }
    parts.remove("");
    return String.join(File.pathSeparator, parts);
  }

  @Test
  void itGetsASignal() throws Exception {
    Ended ended = run("poison");
    assertThat(ended.output()).contains("SIGBUS").doesNotContain("read ");
    assertThat(ended.status()).isEqualTo(CAUGHT);
  }

  @Test
  void whereNothingCanBePoisonedItsProcessEnds() throws Exception {
    Ended ended = run("without");
    assertThat(ended.output()).doesNotContain("read ");
    assertThat(ended.status()).isEqualTo(PagedMemory.ENDED);
  }
}
