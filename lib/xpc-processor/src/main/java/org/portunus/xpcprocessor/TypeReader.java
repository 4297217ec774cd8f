// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.PackageElement;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import org.jspecify.annotations.Nullable;
import org.portunus.xpcprocessor.ServiceModel.Shape;
import org.portunus.xpcprocessor.ServiceModel.Value;
import org.portunus.xpcprocessor.WireType.Scalar;

/**
 * Tells the types of the closed set from all others, and keeps what is inside records and sealed
 * interfaces. One for each service interface: what is accessible depends on its package.
 */
final class TypeReader {
  static final String ALLOWED =
      "allowed are boolean, byte, short, int, long, float, double, String, byte[],"
          + " java.time.Instant, java.util.UUID, enums, records, sealed interfaces of records and"
          + " enums, List, Map, Optional, FileRight, MemoryRight, PortRight and"
          + " interfaces annotated @Service; and MemorySegment as a parameter";

  private static final String SEGMENT = "java.lang.foreign.MemorySegment";

  private final Elements elements;
  private final PackageElement home;
  private final Map<TypeElement, Shape> shapes = new LinkedHashMap<>();
  private final Map<TypeElement, List<WireType>> cases = new LinkedHashMap<>();

  TypeReader(Elements elements, TypeElement service) {
    this.elements = elements;
    this.home = elements.getPackageOf(service);
  }

  /** What a record or exception that was read is made of. */
  Shape shape(WireType.Structure structure) {
    return known(shapes.get(structure.element()), structure);
  }

  /** The cases of a sealed interface that was read, by rising number. */
  List<WireType> cases(WireType.Choice choice) {
    return known(cases.get(choice.element()), choice);
  }

  private static <T> T known(@Nullable T value, WireType type) {
    if (value == null) {
      throw new IllegalStateException("not read: " + type);
    }
    return value;
  }

  /** Names of an enum's constants in order. */
  static List<String> constants(TypeElement element) {
    return element.getEnclosedElements().stream()
        .filter(member -> member.getKind() == ElementKind.ENUM_CONSTANT)
        .map(member -> member.getSimpleName().toString())
        .toList();
  }

  /** Keeps the shape of an exception, which {@link ExceptionReader} found. */
  void put(WireType.Structure exception, Shape shape) {
    shapes.put(exception.element(), shape);
  }

  /**
   * The wire type of a type.
   *
   * @param path where it stands, for the message
   */
  WireType read(TypeMirror type, String path) throws RefusedException {
    for (AnnotationMirror annotation : type.getAnnotationMirrors()) {
      if (annotation.getAnnotationType().asElement().getSimpleName().contentEquals("Nullable")) {
        throw new RefusedException(path, "null never travels; use Optional");
      }
    }
    return switch (type.getKind()) {
      case BOOLEAN -> Scalar.BOOLEAN;
      case BYTE -> Scalar.BYTE;
      case SHORT -> Scalar.SHORT;
      case INT -> Scalar.INT;
      case LONG -> Scalar.LONG;
      case FLOAT -> Scalar.FLOAT;
      case DOUBLE -> Scalar.DOUBLE;
      case ARRAY -> readArray((ArrayType) type, path);
      case DECLARED -> readDeclared((DeclaredType) type, path);
      default -> throw refused(type, path);
    };
  }

  /** The wire type of a parameter of a method whose implementation has returned when it ends. */
  WireType readParameter(TypeMirror type, String path) throws RefusedException {
    return isClass(type, SEGMENT) && type.getAnnotationMirrors().isEmpty()
        ? Scalar.SEGMENT
        : read(type, path);
  }

  private static WireType readArray(ArrayType type, String path) throws RefusedException {
    if (type.getComponentType().getKind() == TypeKind.BYTE) {
      return Scalar.BYTES;
    }
    throw new RefusedException(
        path, "of arrays only byte[] can travel, not " + type + "; use List; " + ALLOWED);
  }

  private WireType readDeclared(DeclaredType type, String path) throws RefusedException {
    TypeElement element = (TypeElement) type.asElement();
    List<? extends TypeMirror> arguments = type.getTypeArguments();
    if (arguments.size() != element.getTypeParameters().size()) {
      throw new RefusedException(path, "raw type " + name(element) + "; write its type arguments");
    }
    return switch (name(element)) {
      case "java.lang.Boolean" -> Scalar.BOOLEAN;
      case "java.lang.Byte" -> Scalar.BYTE;
      case "java.lang.Short" -> Scalar.SHORT;
      case "java.lang.Integer" -> Scalar.INT;
      case "java.lang.Long" -> Scalar.LONG;
      case "java.lang.Float" -> Scalar.FLOAT;
      case "java.lang.Double" -> Scalar.DOUBLE;
      case "java.lang.String" -> Scalar.STRING;
      case "java.time.Instant" -> Scalar.INSTANT;
      case "java.util.UUID" -> Scalar.UUID;
      case "org.portunus.system.xpc.FileRight" -> Scalar.FILE;
      case "org.portunus.system.xpc.MemoryRight" -> Scalar.MEMORY;
      case "org.portunus.system.xpc.PortRight" -> Scalar.PORT;
      case SEGMENT ->
          throw new RefusedException(
              path,
              "a MemorySegment is lent for the time of a call, so it can only be a whole parameter,"
                  + " of a method that returns no stage; use byte[] or MemoryRight");
      case "java.util.List" -> new WireType.ListOf(argument(arguments.get(0), path + "[]"));
      case "java.util.Optional" -> new WireType.OptionalOf(argument(arguments.get(0), path));
      case "java.util.Map" -> readMap(arguments, path);
      case "java.util.concurrent.CompletionStage" ->
          throw new RefusedException(path, "only the whole result of a method can be a stage");
      case "java.util.concurrent.CompletableFuture", "java.util.concurrent.Future" ->
          throw new RefusedException(
              path, "type " + type + " can't travel; a result that comes later is CompletionStage");
      default -> readNamed(element, type, path);
    };
  }

  /** Whether it is a stage, which only the result of a method can be. */
  static boolean isStage(TypeMirror type) {
    return isClass(type, "java.util.concurrent.CompletionStage");
  }

  /** What the stage ends with; empty for a raw type. */
  static Optional<TypeMirror> insideStage(TypeMirror stage) {
    return ((DeclaredType) stage).getTypeArguments().stream().<TypeMirror>map(t -> t).findFirst();
  }

  /** Whether it is Void, which a stage ends with that has no value. */
  static boolean isVoid(TypeMirror type) {
    return isClass(type, "java.lang.Void");
  }

  private static boolean isClass(TypeMirror type, String name) {
    return type instanceof DeclaredType declared
        && name((TypeElement) declared.asElement()).equals(name);
  }

  private WireType argument(TypeMirror type, String path) throws RefusedException {
    if (type.getKind() == TypeKind.WILDCARD) {
      throw new RefusedException(path, "a wildcard (" + type + ") can't travel; name the type");
    }
    return read(type, path);
  }

  private WireType readMap(List<? extends TypeMirror> arguments, String path)
      throws RefusedException {
    WireType key = argument(arguments.get(0), path + "[key]");
    boolean fits = key instanceof WireType.Enumeration || (key instanceof Scalar s && s.isKey());
    if (!fits) {
      throw new RefusedException(
          path + "[key]",
          "type "
              + arguments.get(0)
              + " can't be a key; allowed are String, Byte, Short, Integer, Long, UUID and enums");
    }
    return new WireType.MapOf(key, argument(arguments.get(1), path + "[value]"));
  }

  private WireType readNamed(TypeElement element, DeclaredType type, String path)
      throws RefusedException {
    if (!element.getTypeParameters().isEmpty()) {
      throw refused(type, path);
    }
    WireType result =
        switch (element.getKind()) {
          case RECORD -> readRecord(element, path);
          case ENUM -> readEnum(element, path);
          case INTERFACE -> readInterface(element, type, path);
          default -> throw refused(type, path);
        };
    checkAccess(element, path);
    return result;
  }

  private WireType readInterface(TypeElement element, DeclaredType type, String path)
      throws RefusedException {
    boolean service =
        element.getAnnotationMirrors().stream()
            .anyMatch(a ->
                name((TypeElement) a.getAnnotationType().asElement()).equals(SystemNames.SERVICE));
    if (service) {
      return new WireType.Reference(element);
    }
    if (element.getModifiers().contains(Modifier.SEALED)) {
      return readSealed(element, path);
    }
    throw refused(type, path);
  }

  private static WireType readEnum(TypeElement element, String path) throws RefusedException {
    if (constants(element).isEmpty()) {
      throw new RefusedException(path, "enum " + name(element) + " has no constant");
    }
    return new WireType.Enumeration(element);
  }

  private WireType readRecord(TypeElement element, String path) throws RefusedException {
    WireType.Structure structure = new WireType.Structure(element);
    if (shapes.containsKey(element)) {
      return structure;
    }
    List<Value> components = new ArrayList<>();
    List<String> accessors = new ArrayList<>();
    shapes.put(element, new Shape(components, accessors));
    for (RecordComponentElement component : element.getRecordComponents()) {
      String name = component.getSimpleName().toString();
      TypeMirror type = component.asType();
      WireType read = read(type, path + "." + name);
      Optional<CodeBlock> ifAbsent = AbsentValue.of(component, read, path + "." + name);
      if (ifAbsent.isEmpty()
          && !components.isEmpty()
          && components.getLast().ifAbsent().isPresent()) {
        throw new RefusedException(
            path + "." + name,
            "every component after one with @IfAbsent has it too: a record grows at its end");
      }
      components.add(new Value(name, TypeName.get(type), read, ifAbsent));
      accessors.add(name);
    }
    return structure;
  }

  private WireType readSealed(TypeElement element, String path) throws RefusedException {
    WireType.Choice choice = new WireType.Choice(element);
    if (cases.containsKey(element)) {
      return choice;
    }
    List<WireType> permitted = new ArrayList<>();
    cases.put(element, permitted);
    for (TypeMirror mirror : element.getPermittedSubclasses()) {
      TypeElement option = (TypeElement) ((DeclaredType) mirror).asElement();
      String optionPath = path + "(" + option.getSimpleName() + ")";
      if (option.getKind() != ElementKind.RECORD && option.getKind() != ElementKind.ENUM) {
        throw new RefusedException(
            optionPath,
            "a case of sealed interface " + name(element) + " must be a record or an enum");
      }
      permitted.add(readNamed(option, (DeclaredType) option.asType(), optionPath));
    }
    return choice;
  }

  /** Generated code stands in the interface's package. */
  void checkAccess(Element element, String path) throws RefusedException {
    boolean sameHome = elements.getPackageOf(element).equals(home);
    for (Element e = element;
        e != null && !(e instanceof PackageElement);
        e = e.getEnclosingElement()) {
      boolean open =
          e.getModifiers().contains(Modifier.PUBLIC)
              || (sameHome && !e.getModifiers().contains(Modifier.PRIVATE));
      if (!open) {
        throw new RefusedException(
            path, e.getSimpleName() + " is not accessible from package " + home.getQualifiedName());
      }
    }
  }

  static String name(TypeElement element) {
    return element.getQualifiedName().toString();
  }

  private static RefusedException refused(TypeMirror type, String path) {
    return new RefusedException(path, "type " + type + " can't travel in a call; " + ALLOWED);
  }
}
