// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.portunus.conformance.Project;
import org.portunus.conformance.link.LinkSuite.Row;
import org.portunus.conformance.report.SuiteRow;

/** Bugs that somebody could write into the library, and the row of the suite that turns red. */
@Tag("slow")
@Timeout(120)
class SeededSuiteTest {
  private static final String SYSTEM = "lib/system/src/main/java/org/portunus/system/";
  private static final String CONNECTION = SYSTEM + "xpc/connection/";

  @TempDir private Path folder;

  /**
   * @param source from the project's root
   */
  record Bug(String what, String source, String check, String bug, LinkState state, Fault fault) {
    @Override
    public String toString() {
      return what;
    }
  }

  static List<Bug> bugs() {
    return List.of(
        new Bug(
            "bounds check of a record removed",
            SYSTEM + "link/RingReader.java",
            "length < 0 || length > longest || LinkLayout.RECORD_HEAD + length > capacity - at",
            "length < 0",
            LinkState.AWAKE,
            Fault.LENGTH),
        new Bug(
            "padding leads anywhere",
            SYSTEM + "link/RingReader.java",
            "if (at == 0 || length != capacity - at) {",
            "if (length < 0) {",
            LinkState.ASLEEP,
            Fault.KIND),
        new Bug(
            "credit not checked",
            CONNECTION + "LinkTransport.java",
            "return credited ? broken(LinkFault.NO_CREDIT) : FULL;",
            "return FULL;",
            LinkState.AWAKE,
            Fault.CREDIT),
        new Bug(
            "numbers of calls not checked",
            CONNECTION + "IncomingCalls.java",
            "if (number != begun + 1) {",
            "if (number == Long.MIN_VALUE + 1) {",
            LinkState.AWAKE,
            Fault.NUMBER),
        new Bug(
            "descriptors of a bell not looked for",
            CONNECTION + "LinkTransport.java",
            "} else if (length > 1 || !descriptors.isEmpty()) {",
            "} else if (length > 1) {",
            LinkState.AWAY,
            Fault.DESCRIPTORS),
        new Bug(
            "memory of a link not given back",
            CONNECTION + "LinkTransport.java",
            "    if (!peerReads) {\n      end.free();\n    }\n    end.close();",
            "",
            LinkState.AWAKE,
            Fault.PROCESSOR));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bugs")
  void rowTurnsRed(Bug bug) throws Exception {
    Path classes = compile(bug);
    List<String> options = List.of("--patch-module", "org.portunus.system=" + classes);
    List<SuiteRow> rows =
        LinkSuite.run(List.of(new Row(bug.state(), bug.fault())), 1, 16, options).rows();
    assertThat(rows).singleElement().extracting(SuiteRow::result).isEqualTo(SuiteRow.Result.FAIL);
  }

  private Path compile(Bug bug) throws IOException {
    Path original = Project.root().resolve(bug.source());
    String text = Files.readString(original);
    assertThat(text).as("the source has the check once").containsOnlyOnce(bug.check());
    Path changed = folder.resolve(original.getFileName());
    Files.writeString(changed, text.replace(bug.check(), bug.bug()));
    Path classes = Files.createDirectory(folder.resolve("classes"));
    StringWriter said = new StringWriter();
    int status =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                new PrintWriter(said),
                new PrintWriter(said),
                "-proc:none",
                "-nowarn",
                "-cp",
                System.getProperty("jdk.module.path", ""),
                "-d",
                classes.toString(),
                changed.toString());
    assertThat(status).as("%s", said).isZero();
    return classes;
  }
}
