// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.adapt;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.code.StrictJar;

/** The jars of a plug-in, each read by the rules by which its service will read it. */
final class PluginJars {
  private static final String INDEX = "META-INF/extensions.idx";
  private static final String SERVICES = "META-INF/services/";
  private static final String PROPERTIES = "plugin.properties";
  private static final String EXTENSION = "Lorg/pf4j/Extension;";
  private static final String CLASS = ".class";

  private final List<Read> jars = new ArrayList<>();

  /** One jar in memory. */
  record Read(Path path, String file, byte[] bytes, StrictJar jar) {
    String sha256() {
      try {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      } catch (NoSuchAlgorithmException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
  }

  PluginJars(List<Path> paths) throws IOException {
    Set<String> files = new HashSet<>();
    for (Path path : paths) {
      String file = path.toAbsolutePath().normalize().getFileName().toString();
      if (!Files.isRegularFile(path) || !file.endsWith(".jar")) {
        throw new PortunusException(ErrorCode.USAGE, path + " is no jar");
      }
      if (!files.add(file)) {
        throw new PortunusException(ErrorCode.USAGE, "two jars have the name " + file);
      }
      byte[] bytes = Files.readAllBytes(path);
      try {
        jars.add(new Read(path, file, bytes, StrictJar.open(ByteBuffer.wrap(bytes))));
      } catch (StrictJar.RefusedException refused) {
        throw new PortunusException(ErrorCode.BUNDLE, path + ": " + refused.getMessage(), refused);
      }
    }
  }

  List<Read> all() {
    return List.copyOf(jars);
  }

  /** The providers that the jars name for {@link java.util.ServiceLoader}. */
  Set<String> providers(String pluginInterface) throws IOException {
    return named(SERVICES + pluginInterface);
  }

  /** The extensions that PF4J's index names; where there is no index, those with its annotation. */
  Set<String> extensions() throws IOException {
    return has(INDEX) ? named(INDEX) : annotated();
  }

  /** The class of a PF4J plug-in that starts it, by its descriptor. */
  Optional<String> pluginClass() throws IOException {
    for (Read read : jars) {
      Optional<byte[]> properties = read.jar().read(PROPERTIES);
      Optional<String> name = Optional.empty();
      if (properties.isPresent()) {
        Properties parsed = new Properties();
        parsed.load(new ByteArrayInputStream(properties.get()));
        name = Optional.ofNullable(parsed.getProperty("plugin.class"));
      }
      if (name.isEmpty()) {
        name = Optional.ofNullable(read.jar().manifest().getValue("Plugin-Class"));
      }
      if (name.isPresent() && !name.get().isBlank()) {
        return name.map(String::strip);
      }
    }
    return Optional.empty();
  }

  private boolean has(String entry) {
    return jars.stream().anyMatch(read -> read.jar().has(entry));
  }

  /** The names in text files, one a line, with comments behind '#'. */
  private Set<String> named(String entry) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    for (Read read : jars) {
      Optional<byte[]> content = read.jar().read(entry);
      if (content.isPresent()) {
        new String(content.get(), StandardCharsets.UTF_8)
            .lines()
            .map(line -> line.replaceAll("#.*", "").strip())
            .filter(line -> !line.isEmpty())
            .forEach(names::add);
      }
    }
    return names;
  }

  private Set<String> annotated() throws IOException {
    Set<String> names = new LinkedHashSet<>();
    for (Read read : jars) {
      for (String entry : read.jar().names()) {
        if (entry.endsWith(CLASS) && !entry.startsWith("META-INF/")) {
          byte[] code = read.jar().read(entry).orElseThrow();
          if (isAnnotated(code)) {
            names.add(entry.substring(0, entry.length() - CLASS.length()).replace('/', '.'));
          }
        }
      }
    }
    return names;
  }

  private static boolean isAnnotated(byte[] code) {
    try {
      ClassModel model = ClassFile.of().parse(code);
      return model
          .findAttribute(Attributes.runtimeVisibleAnnotations())
          .map(found ->
              found.annotations().stream()
                  .anyMatch(a -> a.className().stringValue().equals(EXTENSION)))
          .orElse(false);
    } catch (IllegalArgumentException unreadable) {
      return false;
    }
  }
}
