// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.portunus.conformance.Project;
import org.portunus.tool.adapt.AdaptRequest;
import org.portunus.tool.adapt.AdaptRequest.Framework;
import org.portunus.tool.adapt.AdaptRequest.Observation;
import org.portunus.tool.adapt.Adaptation;
import org.portunus.tool.adapt.Adapted;

/** Published plug-ins, plug-ins of the test's own, and the folder where they are adapted. */
final class PluginFolder {
  /** Where Maven put the published ones. */
  static final Path PUBLISHED = Project.root().resolve("test/conformance/target/plug-ins");

  private final Path folder;

  PluginFolder(Path folder) {
    this.folder = folder;
  }

  Path out() {
    return folder.resolve("out");
  }

  static Path published(String file) {
    return PUBLISHED.resolve(file);
  }

  /** A jar with the class of this source, and these other entries. */
  Path compiled(String name, String source, Map<String, String> entries, Path... needs)
      throws IOException {
    Path classes = Files.createDirectories(folder.resolve(name + "-classes"));
    Path file = classes.resolve(name + ".java");
    Files.writeString(file, source);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter errors = new StringWriter();
    String path = Arrays.stream(needs).map(Path::toString).collect(Collectors.joining(":"));
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      boolean fine =
          compiler
              .getTask(
                  errors,
                  files,
                  null,
                  List.of("-g", "-parameters", "-cp", path, "-d", classes.toString()),
                  null,
                  files.getJavaFileObjects(file))
              .call();
      assertThat(fine).as(errors.toString()).isTrue();
    }
    Files.delete(file);
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      Path at = classes.resolve(entry.getKey());
      Files.createDirectories(at.getParent());
      Files.writeString(at, entry.getValue());
    }
    return pack(classes, folder.resolve(name + ".jar"));
  }

  private static Path pack(Path classes, Path jar) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(classes)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Path file : files) {
        zip.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
        Files.copy(file, zip);
        zip.closeEntry();
      }
    }
    return jar;
  }

  /** Adapts all plug-ins of these jars. */
  Adapted adapt(Framework framework, String pluginInterface, String name, Path... jars)
      throws IOException {
    return adapt(framework, pluginInterface, name, Set.of(), Observation.ON, jars);
  }

  Adapted adapt(
      Framework framework,
      String pluginInterface,
      String name,
      Set<String> omit,
      Observation observation,
      Path... jars)
      throws IOException {
    Adapted adapted =
        Adaptation.make(
            new AdaptRequest(
                framework,
                pluginInterface,
                name,
                List.of(jars),
                List.of(),
                omit,
                List.of(),
                observation,
                out()),
            LifeInstance.installation().dist());
    ProbeFolder.openAll(folder);
    return adapted;
  }

  /** The classes of a program that calls plug-ins: it has adapters, and no plug-in. */
  static URLClassLoader loader(Path... jars) {
    return new URLClassLoader(
        Arrays.stream(jars).map(PluginFolder::url).toArray(URL[]::new),
        PluginFolder.class.getClassLoader());
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
