// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import com.palantir.javapoet.TypeName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.portunus.xpcprocessor.ServiceModel.Shape;
import org.portunus.xpcprocessor.ServiceModel.Value;
import org.portunus.xpcprocessor.WireType.Scalar;

/** Reads the exceptions that methods declare: how to take one apart and to build it again. */
final class ExceptionReader {
  static final String RULE =
      "a declared exception must be a class extending Exception, not abstract, not generic and no"
          + " RuntimeException, with exactly one public constructor; each of its parameters has an"
          + " accessible method of the same name and type without parameters (getMessage() for"
          + " String message) and a type that can travel and holds no right";

  private final Elements elements;
  private final Types types;
  private final TypeReader reader;

  ExceptionReader(Elements elements, Types types, TypeReader reader) {
    this.elements = elements;
    this.types = types;
    this.reader = reader;
  }

  WireType.Structure read(TypeMirror thrown, String path) throws RefusedException {
    if (!(thrown instanceof DeclaredType declared)
        || !(declared.asElement() instanceof TypeElement element)) {
      throw new RefusedException(path, "type " + thrown + "; " + RULE);
    }
    checkClass(element, declared, path);
    ExecutableElement constructor = constructor(element, path);
    List<Value> components = new ArrayList<>();
    List<String> accessors = new ArrayList<>();
    for (VariableElement parameter : constructor.getParameters()) {
      String name = parameter.getSimpleName().toString();
      String at = path + "." + name;
      WireType type = reader.read(parameter.asType(), at);
      if (holdsRight(type, new HashSet<>())) {
        throw new RefusedException(at, "an exception can't carry a right; " + RULE);
      }
      components.add(new Value(name, TypeName.get(parameter.asType()), type));
      accessors.add(accessor(element, parameter, type, at));
    }
    WireType.Structure structure = new WireType.Structure(element);
    reader.put(structure, new Shape(components, accessors));
    return structure;
  }

  private void checkClass(TypeElement element, DeclaredType type, String path)
      throws RefusedException {
    boolean exception =
        types.isSubtype(type, elements.getTypeElement("java.lang.Exception").asType())
            && !types.isSubtype(
                type, elements.getTypeElement("java.lang.RuntimeException").asType());
    boolean inner =
        element.getEnclosingElement() instanceof TypeElement
            && !element.getModifiers().contains(Modifier.STATIC);
    if (!exception
        || inner
        || element.getKind() != ElementKind.CLASS
        || element.getModifiers().contains(Modifier.ABSTRACT)) {
      throw new RefusedException(path, TypeReader.name(element) + "; " + RULE);
    }
    reader.checkAccess(element, path);
  }

  private static ExecutableElement constructor(TypeElement element, String path)
      throws RefusedException {
    List<ExecutableElement> constructors =
        ElementFilter.constructorsIn(element.getEnclosedElements()).stream()
            .filter(c -> c.getModifiers().contains(Modifier.PUBLIC))
            .toList();
    if (constructors.size() != 1) {
      throw new RefusedException(
          path,
          "%s has %d public constructors; %s"
              .formatted(TypeReader.name(element), constructors.size(), RULE));
    }
    ExecutableElement constructor = constructors.get(0);
    if (!constructor.getThrownTypes().isEmpty() || constructor.isVarArgs()) {
      throw new RefusedException(
          path, "the constructor must not throw and has no variable arguments; " + RULE);
    }
    return constructor;
  }

  private String accessor(
      TypeElement element, VariableElement parameter, WireType type, String path)
      throws RefusedException {
    String name = parameter.getSimpleName().toString();
    if (name.equals("message") && type == Scalar.STRING) {
      return "getMessage";
    }
    for (ExecutableElement method : ElementFilter.methodsIn(elements.getAllMembers(element))) {
      if (method.getSimpleName().contentEquals(name)
          && method.getParameters().isEmpty()
          && method.getThrownTypes().isEmpty()
          && !method.getModifiers().contains(Modifier.STATIC)
          && types.isSameType(
              types.erasure(method.getReturnType()), types.erasure(parameter.asType()))) {
        reader.checkAccess(method, path);
        return name;
      }
    }
    throw new RefusedException(
        path,
        "no method %s() of type %s in %s (a class from a jar must be compiled with -parameters); %s"
            .formatted(name, parameter.asType(), TypeReader.name(element), RULE));
  }

  private boolean holdsRight(WireType type, Set<WireType> seen) {
    if (!seen.add(type)) {
      return false;
    }
    return switch (type) {
      case Scalar scalar ->
          switch (scalar) {
            case FILE, MEMORY, PORT -> true;
            default -> false;
          };
      case WireType.Reference reference -> true;
      case WireType.Enumeration enumeration -> false;
      case WireType.ListOf list -> holdsRight(list.element(), seen);
      case WireType.OptionalOf optional -> holdsRight(optional.element(), seen);
      case WireType.MapOf map -> holdsRight(map.value(), seen);
      case WireType.Structure structure ->
          reader.shape(structure).components().stream().anyMatch(c -> holdsRight(c.type(), seen));
      case WireType.Choice choice ->
          reader.cases(choice).stream().anyMatch(c -> holdsRight(c, seen));
    };
  }
}
