// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.adapt;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.TypeParameterElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.ExecutableType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.portunus.tool.adapt.InterfaceModel.Method;
import org.portunus.tool.adapt.InterfaceModel.Parameter;
import org.portunus.tool.adapt.InterfaceModel.Thrown;

/**
 * Sorts the methods of a plug-in's interface into those that are carried, those whose own code runs
 * at the caller, and those that were left out. Numbers follow the order of names and parameters, so
 * the same interface always gets the same.
 */
final class MethodReading {
  /**
   * All that the head of a method is made of. Names in class files have other characters too; the
   * adapter's sources, which run in the caller, must not be written by a jar.
   */
  private static final Pattern WRITABLE =
      Pattern.compile("[\\p{javaJavaIdentifierPart}.<>?,&\\[\\]() ]*");

  private final Elements elements;
  private final Types types;
  private final TypeElement point;
  private final List<TypeElement> providers;
  private final List<Method> carried = new ArrayList<>();
  private final List<String> refusing = new ArrayList<>();
  private final List<String> local = new ArrayList<>();
  private final List<String> omitted = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Integer> names = new HashMap<>();

  MethodReading(Elements elements, Types types, TypeElement point, List<TypeElement> providers) {
    this.elements = elements;
    this.types = types;
    this.point = point;
    this.providers = providers;
  }

  List<Method> carried() {
    return carried;
  }

  List<String> refusing() {
    return refusing;
  }

  List<String> local() {
    return local;
  }

  List<String> omitted() {
    return omitted;
  }

  List<String> problems() {
    return problems;
  }

  /**
   * Reads every method that a caller could call.
   *
   * @param omit names or signatures to leave out; those that were found are removed
   */
  void read(Set<String> omit) {
    Set<String> asked = Set.copyOf(omit);
    List<ExecutableElement> methods =
        ElementFilter.methodsIn(elements.getAllMembers(point)).stream()
            .filter(MethodReading::isOfInterface)
            .filter(m -> !m.getModifiers().contains(Modifier.STATIC))
            .filter(m -> !m.getModifiers().contains(Modifier.PRIVATE))
            .filter(m -> !isOfObject(m))
            .sorted(Comparator.comparing(this::signature))
            .toList();
    Set<String> seen = new HashSet<>();
    for (ExecutableElement method : methods) {
      String signature = signature(method);
      String head =
          header(method) + typeIn(method).getThrownTypes().stream().map(Carriage::text).toList();
      if (!SourceVersion.isIdentifier(name(method))
          || SourceVersion.isKeyword(name(method))
          || !WRITABLE.matcher(head).matches()) {
        problems.add(signature + ": sources can't write its name or the name of a type");
        continue;
      }
      if (!seen.add(signature)) {
        continue;
      }
      boolean left = asked.contains(signature) || asked.contains(name(method));
      omit.remove(signature);
      omit.remove(name(method));
      sort(method, signature, left);
    }
  }

  private void sort(ExecutableElement method, String signature, boolean left) {
    boolean hasCode = method.getModifiers().contains(Modifier.DEFAULT);
    if (left) {
      omitted.add(signature);
      if (!hasCode) {
        refusing.add(header(method));
      }
    } else if (hasCode && providers.stream().noneMatch(p -> defines(p, method))) {
      local.add(signature);
    } else {
      read(method, signature);
    }
  }

  private void read(ExecutableElement method, String signature) {
    ExecutableType type = typeIn(method);
    if (!method.getTypeParameters().isEmpty()) {
      problems.add(signature + ": a generic method can't be carried");
      return;
    }
    List<Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < type.getParameterTypes().size(); i++) {
      String name = method.getParameters().get(i).getSimpleName().toString();
      parameters.add(
          new Parameter(
              SourceVersion.isName(name) ? name : "arg" + i,
              Carriage.of(type.getParameterTypes().get(i))));
    }
    TypeMirror result = type.getReturnType();
    int before = names.merge(name(method), 1, Integer::sum);
    carried.add(
        new Method(
            carried.size() + 1,
            name(method),
            before == 1 ? name(method) : name(method) + "_" + before,
            parameters,
            result.getKind() == TypeKind.VOID ? Optional.empty() : Optional.of(Carriage.of(result)),
            thrown(type, signature)));
  }

  /** Declared exceptions, subclasses first; each must be one that the caller's end can make. */
  private List<Thrown> thrown(ExecutableType type, String signature) {
    List<TypeMirror> declared = new ArrayList<>(type.getThrownTypes());
    List<Thrown> thrown = new ArrayList<>();
    while (!declared.isEmpty()) {
      TypeMirror next =
          declared.stream()
              .filter(t ->
                  declared.stream()
                      .noneMatch(o -> !types.isSameType(o, t) && types.isSubtype(o, t)))
              .findFirst()
              .orElse(declared.getFirst());
      declared.remove(next);
      if (!(next instanceof DeclaredType named
          && named.asElement() instanceof TypeElement element)) {
        problems.add(signature + ": the exception type " + next + " can't be carried");
        continue;
      }
      if (!hasMessageConstructor(element)) {
        problems.add(
            "%s: the exception type %s can't be carried: it has no public constructor of a String"
                .formatted(signature, next));
      }
      thrown.add(new Thrown(Carriage.text(next), elements.getBinaryName(element).toString()));
    }
    return thrown;
  }

  private static boolean hasMessageConstructor(TypeElement exception) {
    return !exception.getModifiers().contains(Modifier.ABSTRACT)
        && ElementFilter.constructorsIn(exception.getEnclosedElements()).stream()
            .anyMatch(c ->
                c.getModifiers().contains(Modifier.PUBLIC)
                    && c.getParameters().size() == 1
                    && Carriage.text(c.getParameters().getFirst().asType())
                        .equals("java.lang.String"));
  }

  /** Whether a plug-in's class, or a class that it extends, has code of its own for the method. */
  private boolean defines(TypeElement provider, ExecutableElement method) {
    return ElementFilter.methodsIn(elements.getAllMembers(provider)).stream()
        .anyMatch(m -> !isOfInterface(m) && elements.overrides(m, method, provider));
  }

  private static boolean isOfInterface(ExecutableElement method) {
    return method.getEnclosingElement() instanceof TypeElement owner
        && owner.getKind() == ElementKind.INTERFACE;
  }

  private boolean isOfObject(ExecutableElement method) {
    TypeElement object = elements.getTypeElement("java.lang.Object");
    for (Element member : object.getEnclosedElements()) {
      if (member instanceof ExecutableElement ofObject
          && ofObject.getModifiers().contains(Modifier.PUBLIC)
          && elements.overrides(method, ofObject, point)) {
        return true;
      }
    }
    return false;
  }

  private ExecutableType typeIn(ExecutableElement method) {
    return (ExecutableType) types.asMemberOf((DeclaredType) point.asType(), method);
  }

  private static String name(ExecutableElement method) {
    return method.getSimpleName().toString();
  }

  private String signature(ExecutableElement method) {
    return typeIn(method).getParameterTypes().stream()
        .map(Carriage::text)
        .collect(Collectors.joining(", ", name(method) + "(", ")"));
  }

  /** The head of a method that the proxy has to have, though its call is not carried. */
  private String header(ExecutableElement method) {
    ExecutableType type = typeIn(method);
    StringBuilder head = new StringBuilder("public ");
    if (!method.getTypeParameters().isEmpty()) {
      head.append(
          method.getTypeParameters().stream()
              .map(MethodReading::parameter)
              .collect(Collectors.joining(", ", "<", "> ")));
    }
    head.append(Carriage.text(type.getReturnType())).append(' ').append(name(method)).append('(');
    for (int i = 0; i < type.getParameterTypes().size(); i++) {
      head.append(i == 0 ? "" : ", ")
          .append(Carriage.text(type.getParameterTypes().get(i)))
          .append(" arg")
          .append(i);
    }
    return head.append(')').toString();
  }

  private static String parameter(TypeParameterElement parameter) {
    return parameter
        + parameter.getBounds().stream()
            .map(Carriage::text)
            .collect(Collectors.joining(" & ", " extends ", ""));
  }
}
