// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.portunus.conformance.Project;

/** What ARCHITECTURE.md and STYLE.md state, compared with the project as it was built. */
class ArchitectureTest {
  private static final Path ROOT = Project.root();

  @Test
  void everyModuleIsAsItsRowSays() throws IOException {
    ModuleTable table = table();
    List<String> violations =
        new ArrayList<>(GraphRules.checkCoverage(table, BuiltModule.folders(ROOT)));
    for (ModuleTable.Row row : table.rows()) {
      BuiltModule.read(ROOT, row.folder())
          .ifPresentOrElse(
              built -> violations.addAll(GraphRules.check(row, built)),
              () -> violations.add(row.folder() + " is not compiled to a module"));
    }
    assertThat(violations).isEmpty();
  }

  @Test
  void everyExportedPackageSaysWhomItIsFor() throws IOException {
    List<String> violations = new ArrayList<>();
    int packages = 0;
    for (String folder : BuiltModule.folders(ROOT)) {
      Optional<BuiltModule> read = BuiltModule.read(ROOT, folder);
      if (read.isEmpty()) {
        violations.add(folder + " is not compiled to a module");
        continue;
      }
      BuiltModule built = read.get();
      boolean seesAnnotations = !built.descriptor().name().equals("org.portunus.linux");
      for (var exported : built.descriptor().exports()) {
        packages++;
        String path =
            folder + "/src/main/java/" + exported.source().replace('.', '/') + "/package-info.java";
        Path file = ROOT.resolve(path);
        if (!Files.exists(file)
            || !SourceRules.saysWhomItIsFor(
                new SourceFile(path, Files.readString(file)), seesAnnotations)) {
          violations.add(path);
        }
      }
    }
    assertThat(violations).isEmpty();
    assertThat(packages).isGreaterThan(10);
  }

  @Test
  void everyPackageHasItsGuide() throws IOException {
    List<SourceFile> guides =
        SourceFile.under(ROOT, Pattern.compile(".*src/main/java/.*/package-info\\.java"));
    assertThat(SourceRules.check(SourceRules.PACKAGE, guides)).isEmpty();
    List<String> folders = guides.stream().map(ArchitectureTest::folder).toList();
    assertThat(
            SourceFile.under(ROOT, Pattern.compile(".*src/main/java/.*/[A-Z][^/]*\\.java")).stream()
                .map(ArchitectureTest::folder)
                .distinct())
        .isSubsetOf(folders);
  }

  private static String folder(SourceFile file) {
    return file.path().substring(0, file.path().lastIndexOf('/'));
  }

  @Test
  void sourcesKeepToTheForbiddenList() throws IOException {
    List<SourceFile> java = SourceFile.under(ROOT, Pattern.compile(".*\\.java"));
    assertThat(java).hasSizeGreaterThan(50);
    assertThat(SourceRules.check(SourceRules.JAVA, java)).isEmpty();
  }

  @Test
  void everySourceFileNamesItsLicence() throws IOException {
    List<SourceFile> sources =
        SourceFile.under(
            ROOT,
            Pattern.compile(
                ".*\\.(java|sh|c|py)|(.*/)?pom\\.xml|portunus|test/run|\\.ci/run|.*\\.plist"));
    assertThat(SourceRules.check(List.of(SourceRules.LICENCE), sources)).isEmpty();
  }

  @Test
  void packagesHaveNoCycles() throws IOException {
    List<Path> classes = new ArrayList<>();
    for (String folder : BuiltModule.folders(ROOT)) {
      classes.add(ROOT.resolve(folder).resolve("target/classes"));
    }
    classes.removeIf(path -> !Files.isDirectory(path));
    JavaClasses imported = new ClassFileImporter().importPaths(classes);
    assertThat(imported.size()).isGreaterThan(50);
    Cycles.none(table().together()).check(imported.that(Cycles.OF_THE_PROJECT));
  }

  @Test
  void theDocumentsNamedByTheReadmeExist() throws IOException {
    Pattern link = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
    List<String> missing = new ArrayList<>();
    for (SourceFile document : SourceFile.under(ROOT, Pattern.compile("(docs/.*|[^/]*)\\.md"))) {
      Path folder = ROOT.resolve(document.path()).getParent();
      try (Stream<String> targets =
          link.matcher(document.text()).results().map(match -> match.group(1))) {
        targets
            .filter(target -> folder == null || !Files.exists(folder.resolve(target)))
            .forEach(target -> missing.add(document.path() + " -> " + target));
      }
    }
    assertThat(missing).isEmpty();
  }

  private static ModuleTable table() throws IOException {
    return ModuleTable.parse(Files.readString(ROOT.resolve("ARCHITECTURE.md")));
  }
}
