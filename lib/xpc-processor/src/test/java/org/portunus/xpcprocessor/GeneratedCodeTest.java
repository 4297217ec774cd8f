// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.JavaFileObjects;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.system.xpc.FileRight;

/** The text of generated classes, and that it compiles where it must, without a warning. */
final class GeneratedCodeTest {
  private static final String GOLDEN_SOURCE =
      """
      @Service("org.portunus.sample")
      public interface Sample {
        record Options(int depth, List<String> names) {}

        final class Refused extends Exception {
          private static final long serialVersionUID = 1L;

          public Refused(String message) {
            super(message);
          }
        }

        @MethodId(1)
        long inspect(FileRight document, Options options) throws Refused;

        @MethodId(2)
        @Oneway
        void forget(UUID job);
      }
      """;

  private static final String STAGED_SOURCE =
      """
      @Service("org.portunus.staged")
      public interface Staged {
        final class Refused extends Exception {
          private static final long serialVersionUID = 1L;

          public Refused(String message) {
            super(message);
          }
        }

        @MethodId(1)
        java.util.concurrent.CompletionStage<Long> inspect(FileRight document) throws Refused;

        @MethodId(2)
        @Idempotent
        java.util.concurrent.CompletionStage<Void> forget(UUID job);

        @MethodId(3)
        @Idempotent
        int count();
      }
      """;

  @Test
  void golden() throws IOException {
    assertGolden("Sample", GOLDEN_SOURCE);
  }

  @Test
  void goldenOfStages() throws IOException {
    assertGolden("Staged", STAGED_SOURCE);
  }

  private void assertGolden(String name, String source) throws IOException {
    Compilation compilation = Compiling.compile(Compiling.source(name, source));
    assertThat(compilation.status()).isEqualTo(Compilation.Status.SUCCESS);
    String generated =
        compilation
            .generatedSourceFile("sample." + name + "Xpc")
            .orElseThrow()
            .getCharContent(false)
            .toString();
    Files.writeString(Path.of("target", name + "Xpc.java.actual"), generated);
    try (InputStream golden =
        Objects.requireNonNull(getClass().getResourceAsStream("/" + name + "Xpc.java.golden"))) {
      assertThat(generated).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void namesThatMeetNamesOfGeneratedCode() {
    Compilation compilation =
        Compiling.compile(
            Compiling.source(
                "Proxy",
                """
                @Service("names")
                public interface Proxy {
                  int peer = 1;
                  record Codecs(int in, int out, int name, int outer, int value, int mark) {}
                  record Type(int refusal, boolean list, List<Calls> calls) {}
                  enum Calls { IN, OUT }
                  record Encoder(Type Type) {}
                  final class Thrown extends Exception {
                    private static final long serialVersionUID = 1L;
                    private final int in;
                    public Thrown(int in) { this.in = in; }
                    public int in() { return in; }
                  }
                  @MethodId(1) Codecs call1(int in, int out, int peer, int object, int result);
                  @MethodId(2) Type dispatch(Encoder reply, Type arguments, int method, int target)
                      throws Thrown;
                  @MethodId(3) int methodKind(int outcome, int thrown) throws Thrown;
                  @MethodId(4) void writeCodecs(Map<Calls, Calls> map, Proxy proxy);
                  @MethodId(5) void writeCodecs(Map<Calls, Calls> key);
                  @MethodId(6) String request();
                  @MethodId(7) java.util.concurrent.CompletionStage<Codecs> callStaged(int in,
                      int out, int outcome, int peer, int object, int result, int thrown)
                      throws Thrown;
                  @MethodId(8) @Idempotent java.util.concurrent.CompletionStage<Void>
                      dispatchStaged(int method);
                }
                """));
    assertThat(compilation.diagnostics()).isEmpty();
  }

  @Test
  void sameSimpleNamesAndOtherPackages() {
    Compilation compilation =
        Compiling.compile(
            JavaFileObjects.forSourceString(
                "other.Things",
                """
                package other;
                public final class Things {
                  private Things() {}
                  public record Page(String text) {}
                  public enum Kind { A }
                }
                """),
            Compiling.source("Page", "record Page(int number, other.Things.Kind kind) {}"),
            Compiling.source("Kind", "enum Kind { B, C }"),
            Compiling.source(
                "Sample",
                """
                @Service("two")
                interface Sample {
                  @MethodId(1) Page one(other.Things.Page page, List<Page> mine, Kind kind);
                  @MethodId(2) List<other.Things.Page> two();
                }
                """));
    assertThat(compilation.diagnostics()).isEmpty();
  }

  @Test
  void interfacesOfClassFilesArePassedByReference() throws IOException {
    Compilation compilation =
        Compiling.members(
            "@MethodId(1) void take(org.portunus.xpcprocessor.Gallery.Listener listener);");
    assertThat(compilation.diagnostics()).isEmpty();
    assertThat(
            compilation
                .generatedSourceFile("sample.SampleXpc")
                .orElseThrow()
                .getCharContent(false)
                .toString())
        .contains("putReference(Gallery_ListenerXpc.TYPE, ");
  }

  @Test
  void inAModuleThatDoesNotReadTheCompiler(@TempDir Path folder) throws IOException {
    Path source = Files.createDirectories(folder.resolve("src/sample"));
    Files.writeString(
        folder.resolve("src/module-info.java"),
        "module sample { requires transitive org.portunus.system; exports sample; }");
    Files.writeString(
        source.resolve("Sample.java"),
        "package sample; import java.util.*; import org.portunus.system.xpc.*;\n" + GOLDEN_SOURCE);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      JavaCompiler.CompilationTask task =
          compiler.getTask(
              messages,
              files,
              null,
              List.of(
                  "--module-path",
                  String.join(":", home(FileRight.class), home(ErrorCode.class), linux()),
                  "-d",
                  folder.resolve("out").toString(),
                  "-Xlint:all,-processing,-requires-automatic",
                  "-Werror"),
              null,
              files.getJavaFileObjects(
                  folder.resolve("src/module-info.java"), source.resolve("Sample.java")));
      task.setProcessors(List.of(new ServiceProcessor()));
      assertThat(task.call()).as(messages.toString()).isTrue();
    }
    assertThat(messages.toString()).isEmpty();
    assertThat(folder.resolve("out/sample/SampleXpc.java"))
        .content()
        .contains("import org.portunus.system.xpc.wire.Generated;");
  }

  private static String home(Class<?> type) {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath()).toString();
  }

  private static String linux() {
    return home(org.portunus.linux.file.Descriptor.class);
  }
}
