// SPDX-License-Identifier: Apache-2.0
package org.portunus.mavenplugin.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Finds in class files which services an implementation has. No class is loaded. */
final class ServiceFinder {
  private static final String SERVICE = "Lorg/portunus/system/xpc/Service;";

  private final List<Path> classPath;

  ServiceFinder(List<Path> classPath) {
    this.classPath = classPath;
  }

  /**
   * A service of the bundle.
   *
   * @param type the class that the annotation processor generated
   */
  record Found(String type, String implementation) {}

  /** The services of these classes, by name. */
  SortedMap<String, Found> services(List<String> implementations)
      throws IOException, BundleException {
    SortedMap<String, Found> services = new TreeMap<>();
    for (String implementation : implementations) {
      int before = services.size();
      find(implementation, services);
      if (services.size() == before) {
        throw new BundleException(
            implementation + " implements no interface that is marked @Service");
      }
    }
    return services;
  }

  private void find(String implementation, SortedMap<String, Found> services)
      throws IOException, BundleException {
    Deque<String> open = new ArrayDeque<>(List.of(implementation.replace('.', '/')));
    if (read(open.getFirst()).isEmpty()) {
      throw new BundleException("there is no class " + implementation + " in " + classPath);
    }
    Set<String> seen = new HashSet<>();
    while (!open.isEmpty()) {
      String name = open.remove();
      Optional<ClassModel> read = seen.add(name) ? read(name) : Optional.empty();
      if (read.isEmpty()) {
        continue;
      }
      ClassModel model = read.get();
      model.superclass().ifPresent(above -> open.add(above.asInternalName()));
      model.interfaces().forEach(above -> open.add(above.asInternalName()));
      Optional<String> service = service(model);
      if (service.isPresent()) {
        String type = name.replace('$', '_').replace('/', '.') + "Xpc";
        if (read(type.replace('.', '/')).isEmpty()) {
          throw new BundleException(
              "there is no class " + type + ": add xpc-processor to the annotation processors");
        }
        Found former = services.put(service.get(), new Found(type, implementation));
        if (former != null && !former.implementation().equals(implementation)) {
          throw new BundleException(
              service.get()
                  + " has two implementations: "
                  + former.implementation()
                  + " and "
                  + implementation);
        }
      }
    }
  }

  private static Optional<String> service(ClassModel model) {
    return model
        .findAttribute(Attributes.runtimeInvisibleAnnotations())
        .flatMap(marks ->
            marks.annotations().stream()
                .filter(mark -> mark.className().equalsString(SERVICE))
                .findFirst())
        .flatMap(ServiceFinder::value);
  }

  private static Optional<String> value(Annotation mark) {
    for (AnnotationElement element : mark.elements()) {
      if (element.value() instanceof AnnotationValue.OfString text) {
        return Optional.of(text.stringValue());
      }
    }
    return Optional.empty();
  }

  private Optional<ClassModel> read(String internalName) throws IOException {
    String file = internalName + ".class";
    for (Path place : classPath) {
      Optional<byte[]> bytes =
          Files.isDirectory(place) ? inFolder(place, file) : inJar(place, file);
      if (bytes.isPresent()) {
        return Optional.of(ClassFile.of().parse(bytes.get()));
      }
    }
    return Optional.empty();
  }

  private static Optional<byte[]> inFolder(Path folder, String file) throws IOException {
    Path path = folder.resolve(file);
    return Files.isRegularFile(path) ? Optional.of(Files.readAllBytes(path)) : Optional.empty();
  }

  private static Optional<byte[]> inJar(Path jar, String file) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      ZipEntry entry = zip.getEntry(file);
      if (entry == null) {
        return Optional.empty();
      }
      try (InputStream in = zip.getInputStream(entry)) {
        return Optional.of(in.readAllBytes());
      }
    }
  }
}
