// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import static com.google.testing.compile.Compiler.javac;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.portunus.system.xpc.description.Description;
import org.portunus.system.xpc.description.Effect;
import org.portunus.system.xpc.description.Finding;
import org.portunus.system.xpc.description.Fit;
import org.portunus.system.xpc.description.Fit.Sides;
import org.portunus.xpcprocessor.EvolutionBench.Medium;

/** Every row of docs/evolution.md: old against new, both ways, over real connections. */
final class EvolutionTest {
  private static final List<EvolutionRow> ROWS = EvolutionRows.all();
  private static final Map<String, EvolutionEnds> ENDS = new HashMap<>();

  @BeforeAll
  static void compileAllVersions() throws Exception {
    List<JavaFileObject> sources = new ArrayList<>();
    for (int i = 0; i < ROWS.size(); i++) {
      EvolutionRow row = ROWS.get(i);
      String service = row.change().equals("rename the service") ? "renamed" : "sample.row" + i;
      sources.addAll(EvolutionRow.sources("row" + i + ".before", service, row.before()));
      sources.addAll(EvolutionRow.sources("row" + i + ".after", service, row.after()));
    }
    Compilation compilation =
        javac()
            .withProcessors(new ServiceProcessor())
            .withOptions("-Xlint:all,-processing", "-Werror", "-parameters")
            .compile(sources);
    assertThat(Compiling.errors(compilation)).isEmpty();
    ClassLoader loader = new CompiledLoader(compilation);
    for (int i = 0; i < ROWS.size(); i++) {
      for (String version : List.of("row" + i + ".before", "row" + i + ".after")) {
        Object ends = loader.loadClass(version + ".Ends").getConstructor().newInstance();
        ENDS.put(version, (EvolutionEnds) ends);
      }
    }
  }

  static List<Arguments> rows() {
    List<Arguments> rows = new ArrayList<>();
    for (int i = 0; i < ROWS.size(); i++) {
      for (Medium medium : Medium.values()) {
        rows.add(Arguments.of(ROWS.get(i).change(), medium, i));
      }
    }
    return rows;
  }

  @ParameterizedTest(name = "{0} over a {1}")
  @MethodSource("rows")
  void bothWays(String change, Medium medium, int number) {
    EvolutionRow row = ROWS.get(number);
    EvolutionEnds before = ends(number, "before");
    EvolutionEnds after = ends(number, "after");
    List<String> seenByOld = EvolutionBench.seen(medium, before, after);
    List<String> seenByNew = EvolutionBench.seen(medium, after, before);
    assertThat(names(seenByOld))
        .as("old client, new service: %s", seenByOld)
        .isEqualTo(row.oldClient());
    assertThat(names(seenByNew))
        .as("new client, old service: %s", seenByNew)
        .isEqualTo(row.newClient());
    String messages = seenByOld + "\n" + seenByNew;
    row.says().forEach(text -> assertThat(messages).contains(text));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void theComparisonSaysSo(String change, int number) throws Exception {
    EvolutionRow row = ROWS.get(number);
    Description before = Description.read(ends(number, "before").type().description());
    Description after = Description.read(ends(number, "after").type().description());
    assertThat(worst(before, after)).isEqualTo(effect(row.oldCell()));
    assertThat(worst(after, before)).isEqualTo(effect(row.newCell()));
  }

  static List<Arguments> changes() {
    List<Arguments> changes = new ArrayList<>();
    for (int i = 0; i < ROWS.size(); i++) {
      changes.add(Arguments.of(ROWS.get(i).change(), i));
    }
    return changes;
  }

  private static Effect worst(Description client, Description service) {
    return Fit.of(client, service, new Sides("client", "service")).findings().stream()
        .map(Finding::effect)
        .max(Comparator.naturalOrder())
        .orElse(Effect.WORKS);
  }

  private static Effect effect(String cell) {
    return switch (cell) {
      case "works" -> Effect.WORKS;
      case "default" -> Effect.DEFAULTED;
      case "left out" -> Effect.LEFT_OUT;
      case "refused" -> Effect.REFUSED;
      default -> Effect.FAILS_WHEN_USED;
    };
  }

  @Test
  void theDocumentHasTheseRows() throws Exception {
    List<String> table =
        Files.readAllLines(Path.of("../../docs/evolution.md")).stream()
            .filter(line -> line.startsWith("| "))
            .skip(1)
            .toList();
    assertThat(table)
        .isEqualTo(
            ROWS.stream()
                .map(
                    row -> "| %s | %s | %s |".formatted(row.change(), row.oldCell(), row.newCell()))
                .toList());
  }

  private static EvolutionEnds ends(int number, String version) {
    EvolutionEnds ends = ENDS.get("row" + number + "." + version);
    if (ends == null) {
      throw new AssertionError("row " + number);
    }
    return ends;
  }

  /** Results as they are, of errors the name; an error of every call only once. */
  private static String names(List<String> seen) {
    List<String> names =
        seen.stream()
            .map(text -> text.replaceFirst("(?s)^((protocol|xpc)\\.[a-z]+): .*", "$1"))
            .toList();
    return names.stream().allMatch(name -> name.equals("protocol.interface"))
        ? "protocol.interface"
        : String.join(",", names);
  }
}
