// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.tutorial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.conformance.Project;

/** Runs the example with plug-ins of others as a user would. */
class PluginExampleTest {
  private static final long SECONDS = 200;

  @TempDir Path folder;

  @Test
  void theExampleAdaptsAndCallsPublishedPlugins() throws Exception {
    assumeThat(System.getProperty("portunus.dist"))
        .as("needs the built distribution: run by ./portunus test")
        .isNotNull();
    Path root = Project.root();
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(
                root.resolve("examples/plug-ins/run").toString(),
                root.resolve("test/conformance/target/plug-ins").toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
    List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
    assertThat(ended).as(String.join("\n", lines)).isTrue();
    assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
    assertThat(lines)
        .contains("carried  compress(byte[])")
        .endsWith(
            "GZIP: 1000 bytes, packed smaller, unpacked 1000",
            "damaged data: Unable to decompress bytes.",
            "I am a test extension");
  }
}
