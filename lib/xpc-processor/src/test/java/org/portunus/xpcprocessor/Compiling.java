// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import static com.google.testing.compile.Compiler.javac;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.JavaFileObjects;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;

/** Runs the compiler with the processor, every lint on, warnings as errors. */
final class Compiling {
  private static final String HEAD =
      """
      package sample;

      import java.time.Instant;
      import java.util.*;
      import org.portunus.system.xpc.*;

      """;

  private Compiling() {}

  /** A source of package sample with the usual imports. */
  static JavaFileObject source(String name, String text) {
    return JavaFileObjects.forSourceString("sample." + name, HEAD + text);
  }

  static Compilation compile(JavaFileObject... sources) {
    return javac()
        .withProcessors(new ServiceProcessor())
        .withOptions("-Xlint:all,-processing", "-Werror", "-parameters")
        .compile(List.of(sources));
  }

  /** An interface {@code sample.Sample} with these members. */
  static Compilation members(String members) {
    return compile(sample(members));
  }

  /** As {@link #members}, but only the processor runs. */
  static Compilation process(String members) {
    return javac()
        .withProcessors(new ServiceProcessor())
        .withOptions("-proc:only", "-parameters")
        .compile(sample(members));
  }

  private static JavaFileObject sample(String members) {
    return source(
        "Sample",
        "@Service(\"org.portunus.sample\")\npublic interface Sample {\n" + members + "\n}\n");
  }

  static List<String> errors(Compilation compilation) {
    return compilation.diagnostics().stream()
        .filter(d -> d.getKind() == Diagnostic.Kind.ERROR)
        .map(d -> d.getMessage(Locale.ROOT))
        .toList();
  }

  /** The digest in the generated class. */
  static String digest(Compilation compilation, String generated) throws IOException {
    String text =
        compilation
            .generatedSourceFile("sample." + generated)
            .orElseThrow(() -> new AssertionError(compilation.diagnostics()))
            .getCharContent(false)
            .toString();
    String mark = "parseHex(\"";
    int at = text.indexOf(mark) + mark.length();
    return text.substring(at, at + 64);
  }
}
