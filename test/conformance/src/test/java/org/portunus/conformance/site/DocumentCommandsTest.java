// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.portunus.conformance.Project;
import org.portunus.conformance.tutorial.Shell;

/**
 * Runs each block of commands that says it is run, as it is written, in a home of its own that has
 * {@code ./portunus} and what the block names behind {@code with}.
 */
@Tag("slow")
class DocumentCommandsTest {
  @TempDir Path folder;

  static List<CommandBlock> blocks() throws IOException {
    Commands commands = new Commands(new Verbs(Project.root(), Map.of()));
    Document.of(Project.root()).forEach(commands::look);
    List<CommandBlock> blocks = commands.blocks().stream().filter(CommandBlock::isRun).toList();
    assertThat(blocks).isNotEmpty();
    return blocks;
  }

  @BeforeEach
  void home() throws IOException {
    assumeThat(System.getProperty("portunus.dist"))
        .as("needs the built distribution: run by ./portunus test")
        .isNotNull();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createSymbolicLink(
        folder.resolve("portunus"), Project.root().toAbsolutePath().resolve("portunus"));
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void theBlockRunsAsItIsWritten(CommandBlock block) throws Exception {
    run(block).mustBeFine();
  }

  @Test
  void aBlockThatFailsIsFound() throws Exception {
    List<String> lines = List.of("./portunus xpc describe example.nobody", "true");
    CommandBlock wrong =
        CommandBlock.read("seeded.md", 1, "sh run", String.join("\n", lines)).orElseThrow();
    Shell.Ended ended = run(wrong);
    assertThat(ended.status()).as(ended.toString()).isNotZero();
  }

  private Shell.Ended run(CommandBlock block) throws Exception {
    List<String> script = new ArrayList<>();
    // What a block leaves in the background ends with it, and must not have failed before.
    script.add("finish() { for job in $(jobs -p); do kill $job; done; wait; }");
    script.add("trap finish EXIT");
    script.addAll(before(block.needs().orElse("")));
    script.addAll(block.lines());
    script.add("for job in $(jobs -p); do kill -0 $job; done");
    return Shell.in(folder).run(script);
  }

  /** Commands that provide what a block names. */
  private static List<String> before(String needs) {
    Path jars = Project.root().resolve("test/conformance/target/plug-ins");
    return switch (needs) {
      case "" -> List.of();
      case "jars" -> List.of("cp " + jars + "/jjwt-*.jar .");
      case "greeter" ->
          List.of(
              "./portunus install-local >&2",
              "./portunus new ~/greeter >&2",
              "(cd ~/greeter && mvn -q package -DskipTests) >&2",
              "./portunus start --jobs ~/greeter/target/portunus/jobs"
                  + " --bundles ~/greeter/target/portunus/bundles >started 2>&1 &",
              "until [ -S \"$XDG_RUNTIME_DIR/portunus/socket\" ]; do kill -0 $!; sleep 0.1; done");
      default -> throw new IllegalArgumentException("nothing provides " + needs);
    };
  }
}
