// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.module.ModuleDescriptor;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.portunus.conformance.architecture.cycle.one.First;
import org.portunus.conformance.architecture.cycle.two.Second;

/** Each rule of the architecture, fed with a sample that breaks it. */
class RulesCanFailTest {
  private static final ModuleTable TABLE =
      ModuleTable.parse(
          """
          | module | folder | may require | third-party jars |
          |---|---|---|---|
          | a.b | lib/b | a.c, java.xml | pico (info.pico) |
          | a.t | test/t | anything | anything |
          """);

  private static ModuleDescriptor requires(String name, String... required) {
    ModuleDescriptor.Builder builder = ModuleDescriptor.newModule(name).requires("java.base");
    for (String other : required) {
      builder.requires(other);
    }
    return builder.build();
  }

  @Test
  void aModuleAsItsRowSaysBreaksNothing() {
    BuiltModule built =
        new BuiltModule("lib/b", requires("a.b", "a.c", "info.pico"), Set.of("pico"));
    assertThat(GraphRules.check(TABLE.rows().getFirst(), built)).isEmpty();
  }

  @Test
  void otherArrowsAndJarsAreFound() {
    BuiltModule built =
        new BuiltModule("lib/b", requires("a.other", "a.d", "java.sql"), Set.of("extra"));
    assertThat(GraphRules.check(TABLE.rows().getFirst(), built))
        .containsExactlyInAnyOrder(
            "lib/b is the module a.other",
            "a.b requires a.d",
            "a.b requires java.sql",
            "a.b brings the jar extra",
            "a.b does not bring the stated jar pico");
  }

  @Test
  void foldersWithoutRowAndRowsWithoutFolderAreFound() {
    assertThat(GraphRules.checkCoverage(TABLE, Set.of("lib/b", "lib/new")))
        .containsExactly("lib/new has no row", "test/t is not built");
  }

  @Test
  void aBrokenTableIsRefused() {
    assertThatThrownBy(() -> ModuleTable.parse("no table"))
        .hasMessageContaining("no table with the head");
    assertThatThrownBy(() ->
            ModuleTable.parse(
                """
                | module | folder | may require | third-party jars |
                |---|---|---|---|
                | a.b | lib/b | | pico |
                """))
        .hasMessageContaining("pico");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "lib/x/src/main/java/p/DefaultThing.java # class DefaultThing {} # forbidden name",
        "lib/x/src/main/java/p/PortUtils.java # class PortUtils {} # forbidden name",
        "lib/x/src/main/java/p/PortImpl.java # class PortImpl {} # forbidden name",
        "lib/x/src/main/java/p/IPort.java # interface IPort {} # forbidden name",
        "lib/x/src/main/java/p/A.java # package p.util; class A {} # forbidden package",
        "lib/x/src/main/java/p/A.java # class A { { System.out.println(); } }"
            + " # prints outside the class with main",
        "lib/x/src/test/java/p/A.java # class A { { Thread.sleep(5); } } # sleeps in a test",
        "lib/x/src/test/java/p/A.java # class A { { TimeUnit.SECONDS.sleep(5); } }"
            + " # sleeps in a test",
        "lib/x/src/main/java/p/A.java # class A { { s.reinterpret(5); } }"
            + " # reinterpret outside sys/linux",
        "lib/x/src/test/java/p/A.java # class A { Port p = Mockito.mock(Port.class); } # mocks",
      })
  void filesThatBreakARuleAreFound(String path, String text, String rule) {
    assertThat(SourceRules.check(SourceRules.JAVA, List.of(new SourceFile(path, text))))
        .containsOnlyKeys(rule);
  }

  @Test
  void unfinishedAndLongFilesAreFound() {
    String unfinished = "// " + "TO" + "DO: later\nclass A {}\n";
    assertThat(SourceRules.check(SourceRules.JAVA, List.of(new SourceFile("A.java", unfinished))))
        .containsOnlyKeys("unfinished");
    assertThat(
            SourceRules.check(
                SourceRules.JAVA, List.of(new SourceFile("A.java", "int a;\n".repeat(601)))))
        .containsOnlyKeys("longer than 600 lines");
  }

  @Test
  void wordsInCommentsAndStringsBreakNothing() {
    String text =
        "/* Thread.sleep( */ class A { String s = \"System.out\"; } // m.reinterpret(1)\n";
    assertThat(
            SourceRules.check(
                SourceRules.JAVA, List.of(new SourceFile("lib/x/src/test/java/A.java", text))))
        .isEmpty();
  }

  @Test
  void filesWithoutLicenceAreFound() {
    assertThat(
            SourceRules.check(
                List.of(SourceRules.LICENCE), List.of(new SourceFile("A.java", "class A {}\n"))))
        .containsOnlyKeys("no SPDX line");
  }

  @Test
  void packagesWithoutGuideOrReaderAreFound() {
    SourceFile bare = new SourceFile("package-info.java", "/** Short. */ package p;");
    assertThat(SourceRules.check(SourceRules.PACKAGE, List.of(bare)))
        .containsOnlyKeys("no guide in the package's comment", "not @NullMarked");
    assertThat(SourceRules.saysWhomItIsFor(bare, true)).isFalse();
    assertThat(SourceRules.saysWhomItIsFor(bare, false)).isFalse();
  }

  @Test
  void cyclesAreFound() {
    JavaClasses cycle =
        new ClassFileImporter()
            .importClasses(First.class, Second.class)
            .that(Cycles.OF_THE_PROJECT);
    assertThatThrownBy(() -> Cycles.none(List.of()).check(cycle))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Cycle detected");
    String both = First.class.getPackageName().replace(".one", "");
    assertThatCode(() -> Cycles.none(List.of(both)).check(cycle)).doesNotThrowAnyException();
  }
}
