// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A folder of jobs and bundles with services that have native code, compiled by gcc. */
final class NativeFolder {
  static final String LIBRARY = "libnativeprobe.so";

  private static final String IMPLEMENTATION = "portunus.lifeprobe.NativeProbeService";

  private final Path work;
  private final ProbeFolder probes;

  /**
   * @param folder empty
   */
  NativeFolder(Path folder) throws IOException {
    this.work = Files.createDirectory(folder.resolve("work"));
    this.probes = new ProbeFolder(Files.createDirectory(folder.resolve("probes")));
  }

  ProbeFolder probes() {
    return probes;
  }

  /** Whether there is a compiler. */
  static boolean hasCompiler() {
    return Files.isExecutable(Path.of("/usr/bin/gcc"));
  }

  /** A job with the native probe, whose library answers this. */
  NativeFolder service(String name, int answer) throws Exception {
    probes.job(name, Map.of(), 0, IMPLEMENTATION);
    replace(
        information(name), "portunus.lifeprobe.LifeProbeXpc", "portunus.lifeprobe.NativeProbeXpc");
    putLibrary(name, answer);
    return this;
  }

  /** Says in the bundle that it loads these. */
  NativeFolder declared(String name, String... libraries) throws IOException {
    StringBuilder list = new StringBuilder();
    for (String library : List.of(libraries)) {
      list.append("<string>").append(library).append("</string>");
    }
    String services = "<key>Services</key>";
    replace(
        information(name),
        services,
        "<key>NativeLibraries</key><array>" + list + "</array>" + services);
    return this;
  }

  /** Says in the job that it may. */
  NativeFolder granted(String name) throws IOException {
    String bundle = "<key>Bundle</key>";
    replace(
        probes.jobs().resolve(name + ".plist"),
        bundle,
        "<key>NativeLibraries</key><true/>" + bundle);
    return this;
  }

  /** Writes the library of a bundle, over the one that is there, in place. */
  void putLibrary(String name, int answer) throws Exception {
    Path source = work.resolve("nativeprobe.c");
    Files.copy(
        Objects.requireNonNull(NativeFolder.class.getResourceAsStream("nativeprobe.c")),
        source,
        StandardCopyOption.REPLACE_EXISTING);
    Path compiled = work.resolve(LIBRARY);
    Process gcc =
        new ProcessBuilder(
                "/usr/bin/gcc",
                "-shared",
                "-fPIC",
                "-O1",
                "-DANSWER=" + answer,
                "-o",
                compiled.toString(),
                source.toString())
            .inheritIO()
            .start();
    if (gcc.waitFor() != 0) {
      throw new IllegalStateException("gcc: " + gcc.exitValue());
    }
    Path library = library(name);
    Files.createDirectories(library.getParent());
    Files.write(library, Files.readAllBytes(compiled));
    ProbeFolder.openAll(probes.bundles());
  }

  Path library(String name) {
    return contents(name).resolve("Native").resolve(LIBRARY);
  }

  private Path contents(String name) {
    return probes.bundles().resolve(name + ".xpc/Contents");
  }

  private Path information(String name) {
    return contents(name).resolve("Info.plist");
  }

  private static void replace(Path file, String text, String by) throws IOException {
    String plist = Files.readString(file);
    if (!plist.contains(text)) {
      throw new IllegalStateException(plist);
    }
    Files.writeString(file, plist.replace(text, by));
  }
}
