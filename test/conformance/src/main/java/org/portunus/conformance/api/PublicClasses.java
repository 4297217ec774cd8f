// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.classfile.AccessFlags;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.portunus.conformance.architecture.BuiltModule;

/**
 * The classes of the public packages without what their users can't see: code and private members.
 *
 * @param classes by path in a jar
 */
public record PublicClasses(SortedMap<String, byte[]> classes) {
  private static final String MARK = "Lorg/portunus/abi/annotation/PublicApi;";
  private static final String GUIDE = "package-info.class";
  private static final LocalDateTime TIME = LocalDateTime.of(2000, 1, 1, 0, 0);

  /** Those of the system itself, as it was built; examples are nobody's API. */
  public static PublicClasses ofProject(Path root) throws IOException {
    SortedMap<String, byte[]> classes = new TreeMap<>();
    for (String folder : BuiltModule.folders(root)) {
      Path built = root.resolve(folder).resolve("target/classes/org/portunus");
      if (Files.isDirectory(built)) {
        add(root.resolve(folder).resolve("target/classes"), built, classes);
      }
    }
    return new PublicClasses(classes);
  }

  private static void add(Path top, Path built, SortedMap<String, byte[]> classes)
      throws IOException {
    List<Path> guides;
    try (Stream<Path> walk = Files.walk(built)) {
      guides = walk.filter(file -> file.endsWith(GUIDE)).sorted().toList();
    }
    for (Path guide : guides) {
      if (isPublic(ClassFile.of().parse(guide))) {
        try (Stream<Path> files = Files.list(guide.resolveSibling("."))) {
          for (Path file : files.map(Path::normalize).sorted().toList()) {
            if (file.toString().endsWith(".class") && !file.endsWith(GUIDE)) {
              classes.put(top.relativize(file).toString(), withoutInside(file));
            }
          }
        }
      }
    }
  }

  private static boolean isPublic(ClassModel guide) {
    return guide.findAttribute(Attributes.runtimeInvisibleAnnotations()).stream()
        .flatMap(marks -> marks.annotations().stream())
        .anyMatch(mark -> mark.className().equalsString(MARK));
  }

  private static byte[] withoutInside(Path file) throws IOException {
    ClassModel model = ClassFile.of().parse(file);
    return ClassFile.of()
        .transformClass(
            model,
            ClassTransform.dropping(PublicClasses::isInside)
                .andThen(
                    ClassTransform.transformingMethods(
                        MethodTransform.dropping(element -> element instanceof CodeModel))));
  }

  private static boolean isInside(ClassElement element) {
    return switch (element) {
      case MethodModel method -> isHidden(method.flags());
      case FieldModel field -> isHidden(field.flags());
      default -> false;
    };
  }

  private static boolean isHidden(AccessFlags flags) {
    return flags.has(AccessFlag.PRIVATE) || flags.has(AccessFlag.SYNTHETIC);
  }

  /** Names of the packages, with slashes. */
  public SortedSet<String> packages() {
    return packages(classes.keySet().stream());
  }

  static SortedSet<String> packages(Stream<String> paths) {
    SortedSet<String> packages = new TreeSet<>();
    paths
        .filter(path -> path.endsWith(".class"))
        .forEach(path -> packages.add(path.substring(0, path.lastIndexOf('/'))));
    return packages;
  }

  /** The same bytes for the same classes. */
  public byte[] jar() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : classes.entrySet()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        entry.setTimeLocal(TIME);
        zip.putNextEntry(entry);
        zip.write(file.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
