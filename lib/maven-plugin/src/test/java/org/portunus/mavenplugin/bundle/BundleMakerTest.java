// SPDX-License-Identifier: Apache-2.0
package org.portunus.mavenplugin.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.mavenplugin.BundleMain;

/** Bundles of classes that were compiled for the test; Service is a stand-in by its name. */
class BundleMakerTest {
  private static final Map<String, String> SOURCES =
      Map.of(
          "org/portunus/system/xpc/Service.java",
          "package org.portunus.system.xpc; public @interface Service { String value(); }",
          "a/Greeter.java",
          "package a; @org.portunus.system.xpc.Service(\"a.Greeter_1\") public interface Greeter"
              + " {}",
          "a/GreeterXpc.java",
          "package a; class GreeterXpc {}",
          "a/Polite.java",
          "package a; public class Polite implements Greeter {}",
          "a/Politer.java",
          "package a; public class Politer extends Polite {}",
          "a/Unmarked.java",
          "package a; public class Unmarked implements Runnable { public void run() {} }");

  @TempDir Path folder;
  private Path classes = Path.of("");
  private Path output = Path.of("");

  @BeforeEach
  void compile() throws IOException {
    Path sources = folder.resolve("sources");
    Path all = folder.resolve("all");
    classes = folder.resolve("classes");
    output = folder.resolve("output");
    for (Map.Entry<String, String> source : SOURCES.entrySet()) {
      Path file = sources.resolve(source.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.getValue());
    }
    String[] arguments =
        Stream.concat(
                Stream.of("-d", all.toString()),
                SOURCES.keySet().stream().map(name -> sources.resolve(name).toString()))
            .toArray(String[]::new);
    assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments)).isZero();
    Files.createDirectories(classes);
    Files.move(all.resolve("a"), classes.resolve("a"));
  }

  private BundleRecipe recipe(String owner, String implementation) {
    return new BundleRecipe(
        owner,
        Optional.empty(),
        "1",
        List.of(classes),
        List.of(implementation),
        List.of("java.logging"),
        new TreeMap<>(Map.of("Heap", "96", "Grace", "0.5")),
        output);
  }

  @Test
  void aBundleHasItsListsAndItsClasses() throws Exception {
    BundleMaker.Made made = BundleMaker.make(recipe("g:one", "a.Politer"));
    assertThat(made.identifier()).isEqualTo("a.greeter-1");
    assertThat(made.services()).containsExactly("a.Greeter_1");
    assertThat(Files.readString(made.bundle().resolve("Contents/Info.plist")))
        .contains("<string>a.GreeterXpc</string>", "<string>a.Politer</string>")
        .contains("<string>java.logging</string>", "<integer>96</integer>", "<real>0.5</real>");
    assertThat(Files.readString(output.resolve("jobs/a.greeter-1.plist")))
        .contains("<key>a.Greeter_1</key>", "<string>a.greeter-1.xpc</string>");
    try (ZipFile jar = new ZipFile(made.bundle().resolve("Contents/Java/classes.jar").toFile())) {
      assertThat(jar.stream().map(Object::toString))
          .contains("META-INF/MANIFEST.MF", "a/Polite.class")
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void whatIsUpToDateIsNotTouchedAndWhatChangedIs() throws Exception {
    Path bundle = BundleMaker.make(recipe("g:one", "a.Polite")).bundle();
    Path jar = bundle.resolve("Contents/Java/classes.jar");
    byte[] bytes = Files.readAllBytes(jar);
    FileTime time = Files.getLastModifiedTime(jar);
    Files.setLastModifiedTime(classes.resolve("a/Polite.class"), FileTime.fromMillis(0));
    assertThat(BundleMaker.make(recipe("g:one", "a.Polite")).isChanged()).isFalse();
    assertThat(Files.getLastModifiedTime(jar)).isEqualTo(time);

    Files.writeString(classes.resolve("more.txt"), "more");
    Files.writeString(bundle.resolve("Contents/Java/stale.jar"), "of a former build");
    assertThat(BundleMaker.make(recipe("g:one", "a.Polite")).isChanged()).isTrue();
    assertThat(Files.readAllBytes(jar)).isNotEqualTo(bytes);
    assertThat(bundle.resolve("Contents/Java/stale.jar")).doesNotExist();
    assertThat(bundle.resolveSibling("a.greeter-1.xpc.old")).doesNotExist();
  }

  @Test
  void projectsWithOneOutputFolderKeepEachOthersBundles() throws Exception {
    BundleMaker.Made first = BundleMaker.make(recipe("g:one", "a.Polite"));
    BundleRecipe same = recipe("g:two", "a.Politer");
    assertThatThrownBy(() -> BundleMaker.make(same))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("was made by g:one, not by g:two");
    BundleRecipe other =
        new BundleRecipe(
            same.owner(),
            Optional.of("another"),
            same.version(),
            same.classPath(),
            same.implementations(),
            same.modules(),
            same.limits(),
            same.output());
    BundleMaker.Made second = BundleMaker.make(other);
    assertThat(Files.readString(first.bundle().resolve("Contents/Info.plist")))
        .contains("a.Polite<");
    assertThat(second.bundle().resolve("Contents/Info.plist")).exists();
    assertThat(BundleMaker.make(recipe("g:one", "a.Polite")).isChanged()).isFalse();
    assertThat(second.bundle()).exists();
  }

  @Test
  void wrongRecipesNameWhatIsWrong() {
    assertThatThrownBy(() -> BundleMaker.make(recipe("g:one", "a.Unmarked")))
        .hasMessage("a.Unmarked implements no interface that is marked @Service");
    assertThatThrownBy(() -> BundleMaker.make(recipe("g:one", "a.Missing")))
        .hasMessageContaining("there is no class a.Missing");
    BundleRecipe good = recipe("g:one", "a.Polite");
    BundleRecipe unknown =
        new BundleRecipe(
            good.owner(),
            good.identifier(),
            good.version(),
            good.classPath(),
            good.implementations(),
            good.modules(),
            new TreeMap<>(Map.of("Heat", "1")),
            good.output());
    assertThatThrownBy(() -> BundleMaker.make(unknown)).hasMessageContaining("no limit Heat");
    assertThat(output).doesNotExist();
  }

  @Test
  void withoutTheProcessorNothingIsMade() throws IOException {
    Files.delete(classes.resolve("a/GreeterXpc.class"));
    assertThatThrownBy(() -> BundleMaker.make(recipe("g:one", "a.Polite")))
        .hasMessageContaining("a.GreeterXpc", "annotation processors");
  }

  @Test
  void theMainMakesTheSameBundle() throws Exception {
    BundleMain.main(
        new String[] {
          "--class-path", classes.toString(),
          "--implementation", "a.Polite",
          "--owner", "g:one",
          "--module", "java.logging",
          "--limit", "Heap=96",
          "--limit", "Grace=0.5",
          "--output", output.toString()
        });
    assertThat(BundleMaker.make(recipe("g:one", "a.Polite")).isChanged()).isFalse();
  }
}
