// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.portunus.system.xpc.FileRight;
import portunus.example.inspector.DocumentInspector;
import portunus.example.inspector.InspectionFailed;
import portunus.example.inspector.Options;
import portunus.example.inspector.UnsupportedDocument;

/**
 * Builds the service again with one check taken out of its source, and shows that the hostile
 * document which that check is for then ends otherwise than its row allows.
 */
class SeededBuildTest {
  private static final Path SOURCES = Path.of("src", "main", "java");
  private static final Path HOSTILE = Path.of("..", "corpus", "hostile");
  private static final String PACKAGE = "portunus/example/inspector/service/";

  @TempDir private Path folder;

  @ParameterizedTest(name = "{2} without its check")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "markup/DoctypeRule.java | !MERE_NAME.matcher(declaration).matches()"
            + " | billion-laughs.xml | error:format.entity",
        "markup/DoctypeRule.java | !MERE_NAME.matcher(declaration).matches()"
            + " | external-entity.xml | error:format.entity",
        "markup/DoctypeRule.java | !MERE_NAME.matcher(declaration).matches()"
            + " | external-dtd.xhtml | error:format.entity",
        "markup/DoctypeRule.java | !MERE_NAME.matcher(declaration).matches()"
            + " | entity.docx | error:format.entity",
        "pdf/PageTree.java | !visited.add(node) | cyclic-pages.pdf | error:format.cycle",
        "archive/ZipDirectory.java | throw damaged(budget, \"the archive's directory is missing\")"
            + " | truncated.docx | error:format.damaged",
        "text/TextKind.java | !utf16 && hasControls(head) | elf.docx | unsupported"
      })
  void rowTurnsRed(String file, String check, String document, String allowed) throws Exception {
    assertThat(outcome(new Inspector(), document)).isEqualTo(allowed);
    try (URLClassLoader seeded = seeded(PACKAGE + file, check)) {
      DocumentInspector inspector =
          (DocumentInspector)
              seeded.loadClass(Inspector.class.getName()).getConstructor().newInstance();
      assertThat(outcome(inspector, document)).isNotEqualTo(allowed);
    }
  }

  private static String outcome(DocumentInspector inspector, String document) throws IOException {
    try (FileRight right = FileRight.open(HOSTILE.resolve(document))) {
      inspector.inspect(right, Options.standard(), (stage, done, total) -> {});
      return "ok";
    } catch (InspectionFailed failed) {
      return "error:" + failed.reason().dotted();
    } catch (UnsupportedDocument unsupported) {
      return "unsupported";
    } catch (OutOfMemoryError memory) {
      return "error:limit.memory";
    }
  }

  /** A loader of its own for the service's classes, with one condition replaced by a constant. */
  private URLClassLoader seeded(String file, String check)
      throws IOException, InterruptedException {
    String source = Files.readString(SOURCES.resolve(file));
    assertThat(source).as("the source has the check once").containsOnlyOnce(check);
    Path changed = folder.resolve("source").resolve(file);
    Files.createDirectories(changed.getParent());
    Files.writeString(changed, source.replace(check, without(check)));
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Process compiler =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                "-proc:none",
                "-cp",
                classPath(),
                "-d",
                classes.toString(),
                changed.toString())
            .inheritIO()
            .start();
    assertThat(compiler.waitFor()).isZero();
    URL[] places = {classes.toUri().toURL(), Path.of("target", "classes").toUri().toURL()};
    return new URLClassLoader(places, SeededBuildTest.class.getClassLoader()) {
      @Override
      protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(Inspector.class.getPackageName() + ".")) {
          return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
          Class<?> loaded = findLoadedClass(name);
          return loaded == null ? findClass(name) : loaded;
        }
      }
    };
  }

  /** What lets everything through: a false condition, or an empty result for a refusal. */
  private static String without(String check) {
    return check.startsWith("throw ") ? "return new Place(0, 0, 0)" : "Boolean.parseBoolean(\"\")";
  }

  private static String classPath() {
    List<String> places = new ArrayList<>();
    places.add(Path.of("target", "classes").toString());
    places.add(System.getProperty("java.class.path"));
    String modules = System.getProperty("jdk.module.path");
    if (modules != null) {
      places.add(modules);
    }
    return String.join(File.pathSeparator, places);
  }
}
