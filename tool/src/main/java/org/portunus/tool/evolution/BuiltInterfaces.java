// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.evolution;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.system.xpc.description.Description;

/**
 * The service interfaces in a jar, or in a folder with classes or jars, such as a bundle: by the
 * classes that the annotation processor wrote for them.
 */
public final class BuiltInterfaces {
  private static final String GENERATED = "Xpc$Type.class";
  private static final int MAX_CLASS_BYTES = 1 << 20;
  private static final int MAX_FILES = 100_000;

  private final Path source;
  private final Map<String, Description> found = new TreeMap<>();

  private BuiltInterfaces(Path source) {
    this.source = source;
  }

  /**
   * By the name of the service.
   *
   * @throws PortunusException USAGE: nothing is there, or it can't be read
   */
  public static Map<String, Description> in(Path source) throws IOException {
    BuiltInterfaces interfaces = new BuiltInterfaces(source);
    if (Files.isDirectory(source)) {
      interfaces.readFolder();
    } else if (Files.isRegularFile(source)) {
      interfaces.readJar(source);
    } else {
      throw interfaces.wrong("there is no such jar or folder");
    }
    if (interfaces.found.isEmpty()) {
      throw interfaces.wrong(
          "no service interface is in it that the annotation processor has seen: pass the jar, the"
              + " folder of classes or the bundle with the *Xpc classes");
    }
    return interfaces.found;
  }

  private PortunusException wrong(String reason) {
    return new PortunusException(ErrorCode.USAGE, source + ": " + reason);
  }

  private void readFolder() throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(source)) {
      files =
          walk.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
              .limit(MAX_FILES + 1L)
              .sorted()
              .toList();
    }
    if (files.size() > MAX_FILES) {
      throw wrong("more than " + MAX_FILES + " files");
    }
    for (Path file : files) {
      if (file.toString().endsWith(GENERATED)) {
        try (InputStream in = Files.newInputStream(file)) {
          readClass(in, file.toString());
        }
      } else if (file.toString().endsWith(".jar")) {
        readJar(file);
      }
    }
  }

  private void readJar(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      if (zip.size() > MAX_FILES) {
        throw wrong("more than " + MAX_FILES + " entries in " + jar.getFileName());
      }
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (entry.getName().endsWith(GENERATED)) {
          try (InputStream in = zip.getInputStream(entry)) {
            readClass(in, entry.getName());
          }
        }
      }
    }
  }

  private void readClass(InputStream in, String name) throws IOException {
    byte[] bytes = in.readNBytes(MAX_CLASS_BYTES + 1);
    if (bytes.length > MAX_CLASS_BYTES) {
      throw wrong(name + " is larger than a generated class");
    }
    String text;
    try {
      text = descriptionIn(bytes);
    } catch (IllegalArgumentException | IndexOutOfBoundsException damaged) {
      throw new PortunusException(
          ErrorCode.USAGE, source + ": " + name + " is no class file", damaged);
    }
    if (text.isEmpty()) {
      throw wrong(name + " has no description: build it with this version's annotation processor");
    }
    try {
      Description description = Description.read(text.getBytes(StandardCharsets.UTF_8));
      String service = description.root().service();
      Description other = found.putIfAbsent(service, description);
      if (other != null && !other.equals(description)) {
        throw wrong("two versions of the interface " + service + " are in it");
      }
    } catch (MalformedFrameException malformed) {
      throw new PortunusException(
          ErrorCode.USAGE, source + ": " + name + ": " + malformed.getMessage(), malformed);
    }
  }

  private static String descriptionIn(byte[] bytes) {
    for (PoolEntry entry : ClassFile.of().parse(bytes).constantPool()) {
      if (entry instanceof StringEntry string
          && string.stringValue().startsWith(Description.HEAD + "\n")) {
        return string.stringValue();
      }
    }
    return "";
  }
}
