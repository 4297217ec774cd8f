// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.tool.adapt.AdaptRequest.Framework;
import org.portunus.tool.adapt.AdaptRequest.Observation;
import org.portunus.tool.adapt.Adapted;

/** What adapting a plug-in refuses, and says. */
class AdaptRefusalTest {
  private static final Path CODECS = PluginFolder.published("jjwt-impl-0.11.5.jar");
  private static final Path CODEC_API = PluginFolder.published("jjwt-api-0.11.5.jar");
  private static final Path GREETING = PluginFolder.published("pf4j-3.12.0-tests.jar");
  private static final Path PF4J = PluginFolder.published("pf4j-3.12.0.jar");

  /** Types that can't travel, each in another place. */
  private static final String WIDE =
      """
      package wide;
      import java.util.*;
      public interface Wide {
        String fine(String text, Set<String> words, Locale locale, String... more);
        void open(java.io.InputStream source);
        int[] numbers();
        Map<String, List<Object>> table(byte[] data);
        <T> T generic(Class<T> type);
        void checked() throws Odd;
        default String greet() { return "hello " + fine("you", Set.of(), Locale.ROOT); }
        class Odd extends Exception { public Odd(int code) { } }
        class Plain implements Wide {
          public String fine(String text, Set<String> words, Locale locale, String... more) {
            return text + words + locale + Arrays.asList(more);
          }
          public void open(java.io.InputStream source) { }
          public int[] numbers() { return new int[0]; }
          public Map<String, List<Object>> table(byte[] data) { return Map.of(); }
          public <T> T generic(Class<T> type) { return null; }
          public void checked() { }
        }
      }
      """;

  private static final String WRAPPED =
      """
      package wrapped;
      public class Wrapped extends org.pf4j.Plugin {
        public Wrapped(org.pf4j.PluginWrapper wrapper) { super(wrapper); }
      }
      """;

  @TempDir Path folder;
  private PluginFolder plugins;

  @BeforeEach
  void prepare() {
    plugins = new PluginFolder(folder);
  }

  /** A plug-in whose interface has types that can't travel. */
  static Path wide(PluginFolder plugins) throws Exception {
    return plugins.compiled(
        "Wide", WIDE, Map.of("META-INF/services/wide.Wide", "wide.Wide$Plain # ours\n"));
  }

  @Test
  void whatCantBeCarriedIsToldWithMethodAndType() throws Exception {
    Path jar = wide(plugins);
    assertRefused(
        Set.of(),
        "wide.Wide",
        jar,
        "wide.Wide: ",
        "generic(java.lang.Class<T>): a generic method can't be carried",
        "checked(): the exception type wide.Wide.Odd can't be carried");
    assertRefused(
        Set.of("generic", "checked"),
        "wide.Wide",
        jar,
        "open(java.io.InputStream), source: type java.io.InputStream can't travel in a call",
        "numbers(), result: of arrays only byte[] can travel, not int[]",
        "table(byte[]), result[value][]: type java.lang.Object can't travel in a call");
    assertThat(plugins.out()).doesNotExist();
  }

  private void assertRefused(Set<String> omit, String point, Path jar, String... texts) {
    assertThatThrownBy(() ->
            plugins.adapt(
                Framework.SERVICE_LOADER, point, "test.refused", omit, Observation.ON, jar))
        .isInstanceOfSatisfying(
            PortunusException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PLUGIN))
        .hasMessageContainingAll(texts);
  }

  @Test
  void wrongRequestsSayWhatIsWrong() throws Exception {
    assertWrong(ErrorCode.PLUGIN, "nothing.Here is in none of the jars", "nothing.Here", CODECS);
    assertWrong(
        ErrorCode.PLUGIN, "the jars name no plug-in", "java.lang.Runnable", CODECS, CODEC_API);
    assertWrong(ErrorCode.PLUGIN, "is a class", "java.nio.charset.spi.CharsetProvider", CODECS);
    assertWrong(ErrorCode.USAGE, "is no jar", "java.lang.Runnable", folder);
    assertRefused(
        Set.of("nothing"), "wide.Wide", wide(plugins), "--omit nothing", "has no such method");
  }

  private void assertWrong(ErrorCode code, String text, String point, Path... jars) {
    assertThatThrownBy(() -> plugins.adapt(Framework.SERVICE_LOADER, point, "test.refused", jars))
        .isInstanceOfSatisfying(
            PortunusException.class, refused -> assertThat(refused.code()).isEqualTo(code))
        .hasMessageContaining(text);
  }

  @Test
  void namesThatAreNoneAreRefused() {
    for (String name : List.of("Upper", "a..b", "org.portunus.x", "java.x", "a.new", "a b", "")) {
      assertThatThrownBy(() -> plugins.adapt(Framework.SERVICE_LOADER, "a.B", name, CODECS))
          .as(name)
          .isInstanceOfSatisfying(
              PortunusException.class,
              refused -> assertThat(refused.code()).isEqualTo(ErrorCode.USAGE));
    }
  }

  @Test
  void aPluginClassThatWantsItsManagerIsToldAndCanBeLeftOut() throws Exception {
    Path slf4j = PluginFolder.published("slf4j-api-2.0.20.jar");
    Path jar =
        plugins.compiled(
            "Wrapped",
            WRAPPED,
            Map.of(
                "META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nPlugin-Class: wrapped.Wrapped\n"),
            PF4J,
            slf4j);
    String point = "org.pf4j.test.TestExtensionPoint";
    assertThatThrownBy(
            () -> plugins.adapt(Framework.PF4J, point, "test.wrapped", jar, GREETING, PF4J, slf4j))
        .isInstanceOf(PortunusException.class)
        .hasMessageContaining("wrapped.Wrapped can't be made without a PluginManager")
        .hasMessageContaining("org.pf4j.PluginWrapper");
    Adapted adapted =
        plugins.adapt(
            Framework.PF4J,
            point,
            "test.wrapped",
            Set.of("wrapped.Wrapped"),
            Observation.ON,
            jar,
            GREETING,
            PF4J,
            slf4j);
    assertThat(adapted.services()).hasSize(1);
  }

  /** The adapter's sources are compiled for the caller: no name in a jar may write them. */
  @Test
  void namesOfClassFilesDoNotBecomeCode() throws Exception {
    ClassDesc point = ClassDesc.of("bad.Point");
    MethodTypeDesc nothing = MethodTypeDesc.of(ConstantDescs.CD_void);
    byte[] code =
        ClassFile.of()
            .build(
                point,
                made ->
                    made.withFlags(AccessFlag.PUBLIC, AccessFlag.INTERFACE, AccessFlag.ABSTRACT)
                        .withMethod(
                            "run(){System.exit(9)}void x",
                            nothing,
                            ClassFile.ACC_PUBLIC | ClassFile.ACC_ABSTRACT,
                            method -> {}));
    Path jar = folder.resolve("bad.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry("bad/Point.class"));
      zip.write(code);
      zip.putNextEntry(new ZipEntry("META-INF/services/bad.Point"));
      zip.write("bad.Plug\"+evil()+\"".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    assertRefused(
        Set.of(),
        "bad.Point",
        jar,
        "bad.Plug\"+evil()+\" has a name that sources can't write",
        "void x(): sources can't write its name");
  }

  @Test
  void theSameRequestMakesTheSameBytes() throws Exception {
    Path first = copy("first");
    Path second = copy("second");
    List<Path> files;
    try (Stream<Path> all = Files.walk(first)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    assertThat(files).hasSize(6);
    for (Path file : files) {
      assertThat(Files.mismatch(file, second.resolve(first.relativize(file))))
          .as(file.toString())
          .isEqualTo(-1);
    }
  }

  private Path copy(String name) throws Exception {
    PluginFolder own = new PluginFolder(Files.createDirectory(folder.resolve(name)));
    Path[] jars = {CODECS, CODEC_API};
    Adapted adapted =
        own.adapt(
            Framework.SERVICE_LOADER, "io.jsonwebtoken.CompressionCodec", "test.codecs", jars);
    assertThat(adapted.jars()).hasSize(Arrays.asList(jars).size());
    return own.out();
  }
}
