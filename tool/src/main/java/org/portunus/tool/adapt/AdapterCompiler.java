// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.adapt;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/**
 * The JDK's compiler, which reads the plug-in's classes and compiles its adapter. Annotation
 * processors of the plug-in's jars are not run.
 */
final class AdapterCompiler {
  /** How the annotation processor begins what it refuses: method, part, reason. */
  private static final Pattern REFUSED = Pattern.compile("(?s)([\\w$]+)\\.([\\w$]+)([^:]*): (.*)");

  private final JavaCompiler compiler;
  private final AdaptRequest request;
  private final Path dist;

  AdapterCompiler(AdaptRequest request, Path dist) {
    JavaCompiler found = ToolProvider.getSystemJavaCompiler();
    if (found == null) {
      throw new PortunusException(
          ErrorCode.MACHINE, "this Java has no compiler: a whole JDK is needed");
    }
    this.compiler = found;
    this.request = request;
    this.dist = dist;
  }

  /**
   * Reads the plug-in's interface.
   *
   * @throws PortunusException PLUGIN with everything that can't be carried
   */
  InterfaceModel read(PluginJars jars) throws IOException {
    Reader reader = new Reader(request, jars);
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = files(diagnostics)) {
      List<String> options = List.of("-proc:only", "-classpath", classPath());
      JavaCompiler.CompilationTask task =
          compiler.getTask(
              Writer.nullWriter(),
              files,
              diagnostics,
              options,
              List.of("java.base/java.lang.Object"),
              null);
      task.setProcessors(List.of(reader));
      boolean _ = task.call();
    }
    if (reader.model == null) {
      List<String> problems =
          reader.problems.isEmpty() ? errors(diagnostics) : List.copyOf(reader.problems);
      throw refused(problems);
    }
    return reader.model;
  }

  /**
   * Compiles the adapter.
   *
   * @param into folder for sources and classes
   * @throws PortunusException PLUGIN with everything that can't travel, by method and type
   */
  void compile(InterfaceModel model, Map<String, String> sources, Path into) throws IOException {
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = files(diagnostics)) {
      List<String> options =
          List.of(
              "-proc:full",
              "-nowarn",
              "-parameters",
              "-d",
              into.toString(),
              "-classpath",
              classPath(),
              "--module-path",
              dist.resolve("system/task").toString(),
              "--add-modules",
              "org.portunus.system,ALL-MODULE-PATH",
              "--processor-module-path",
              dist.resolve("processor").toString());
      List<Source> units =
          sources.entrySet().stream()
              .map(e -> new Source(request.packageName(), e.getKey(), e.getValue()))
              .toList();
      if (!compiler.getTask(Writer.nullWriter(), files, diagnostics, options, null, units).call()) {
        throw refused(explained(model, diagnostics));
      }
    }
  }

  private PortunusException refused(List<String> problems) {
    return new PortunusException(
        ErrorCode.PLUGIN, request.pluginInterface() + ": " + String.join("; ", problems));
  }

  private static List<String> explained(
      InterfaceModel model, DiagnosticCollector<JavaFileObject> diagnostics) {
    List<String> refusals = new ArrayList<>();
    for (String error : errors(diagnostics)) {
      Matcher matcher = REFUSED.matcher(error);
      if (matcher.matches()) {
        Optional<InterfaceModel.Method> method =
            model.methods().stream().filter(m -> m.carried().equals(matcher.group(1))).findFirst();
        method.ifPresent(m ->
            refusals.add(
                "%s, %s%s: %s"
                    .formatted(
                        m.signature(),
                        matcher.group(2),
                        matcher.group(3),
                        matcher.group(4).replaceAll("(?s); (allowed are|use List; ).*", ""))));
      }
    }
    return refusals.isEmpty() ? errors(diagnostics) : refusals;
  }

  private static List<String> errors(DiagnosticCollector<JavaFileObject> diagnostics) {
    return diagnostics.getDiagnostics().stream()
        .filter(d -> d.getKind() == Diagnostic.Kind.ERROR)
        .map(d -> d.getMessage(Locale.ROOT))
        .distinct()
        .toList();
  }

  private StandardJavaFileManager files(DiagnosticCollector<JavaFileObject> diagnostics) {
    return compiler.getStandardFileManager(diagnostics, Locale.ROOT, StandardCharsets.UTF_8);
  }

  private String classPath() {
    return request.jars().stream()
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** A source in memory. */
  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String packageName, String name, String text) {
      super(
          URI.create("memory:///" + packageName.replace('.', '/') + "/" + name + ".java"),
          Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /** Runs inside the compiler, which knows the types. */
  private static final class Reader extends AbstractProcessor {
    private final AdaptRequest request;
    private final PluginJars jars;
    private final List<String> problems = new ArrayList<>();
    private @Nullable InterfaceModel model;

    Reader(AdaptRequest request, PluginJars jars) {
      this.request = request;
      this.jars = jars;
    }

    @Override
    public Set<String> getSupportedAnnotationTypes() {
      return Set.of("*");
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
      return SourceVersion.latestSupported();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
      if (!round.processingOver()) {
        InterfaceReading reading =
            new InterfaceReading(
                request, processingEnv.getElementUtils(), processingEnv.getTypeUtils());
        try {
          model = reading.read(jars).orElse(null);
        } catch (IOException failure) {
          throw new UncheckedIOException(failure);
        }
        problems.addAll(reading.problems());
      }
      return false;
    }
  }
}
