// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.adapt;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.tool.adapt.AdaptRequest.Observation;

/** Makes a bundle, a job and a client's jar of a plug-in. The same request makes the same bytes. */
public final class Adaptation {
  /** A jar with this entry has the bundle's code observed: the start code looks for it. */
  private static final String OBSERVED = "META-INF/portunus/observed";

  private static final LocalDateTime MADE = LocalDateTime.of(2000, 1, 1, 0, 0);

  private Adaptation() {}

  /**
   * Carries the request out.
   *
   * @param dist the built system
   * @throws PortunusException PLUGIN for what can't be carried, by method and type; BUNDLE for a
   *     jar that a service would not load; USAGE
   */
  public static Adapted make(AdaptRequest request, Path dist) throws IOException {
    Path bundle = request.out().resolve("bundles").resolve(request.name() + ".xpc");
    if (Files.exists(bundle)) {
      throw new PortunusException(
          ErrorCode.USAGE, bundle + " is there already: remove it, or name another --out");
    }
    PluginJars jars = new PluginJars(request.jars());
    AdapterCompiler compiler = new AdapterCompiler(request, dist);
    InterfaceModel model = compiler.read(jars);
    AdapterSources sources = new AdapterSources(request, model);
    byte[] adapter = compile(request, compiler, model, sources);

    Path java = Files.createDirectories(bundle.resolve("Contents/Java"));
    List<Adapted.Jar> unchanged = new ArrayList<>();
    for (PluginJars.Read jar : jars.all()) {
      Files.write(java.resolve(jar.file()), jar.bytes());
      unchanged.add(new Adapted.Jar(jar.file(), jar.sha256()));
    }
    String file = request.name() + "-adapter.jar";
    Files.write(java.resolve(file), adapter);
    Path client = request.out().resolve(file);
    Files.write(client, adapter);
    Files.writeString(
        bundle.resolve("Contents/Info.plist"), AdapterPlists.manifest(request, sources));
    Path job =
        Files.createDirectories(request.out().resolve("jobs")).resolve(request.name() + ".plist");
    Files.writeString(job, AdapterPlists.job(request, sources));
    return new Adapted(
        bundle,
        job,
        client,
        sources.services(),
        model.methods().stream().map(InterfaceModel.Method::signature).toList(),
        model.local(),
        model.omitted(),
        unchanged);
  }

  private static byte[] compile(
      AdaptRequest request, AdapterCompiler compiler, InterfaceModel model, AdapterSources sources)
      throws IOException {
    Path folder = Files.createTempDirectory("portunus-adapt-");
    try {
      compiler.compile(model, sources.all(), folder);
      Map<String, byte[]> entries = new TreeMap<>();
      if (request.observation() == Observation.ON) {
        entries.put(OBSERVED, new byte[0]);
      }
      sources
          .all()
          .forEach((name, text) ->
              entries.put(
                  request.packageName().replace('.', '/') + "/" + name + ".java",
                  text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path path : files.filter(p -> p.toString().endsWith(".class")).toList()) {
          entries.put(folder.relativize(path).toString(), Files.readAllBytes(path));
        }
      }
      return jar(folder.resolve("adapter.jar"), entries);
    } finally {
      delete(folder);
    }
  }

  private static byte[] jar(Path path, Map<String, byte[]> entries) throws IOException {
    try (OutputStream out = Files.newOutputStream(path);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        ZipEntry head = new ZipEntry(entry.getKey());
        head.setTimeLocal(MADE);
        zip.putNextEntry(head);
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return Files.readAllBytes(path);
  }

  private static void delete(Path folder) throws IOException {
    List<Path> paths;
    try (Stream<Path> all = Files.walk(folder)) {
      paths = all.toList();
    }
    for (Path path : paths.reversed()) {
      Files.delete(path);
    }
  }
}
