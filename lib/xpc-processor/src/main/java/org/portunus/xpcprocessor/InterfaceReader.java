// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import com.palantir.javapoet.TypeName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.portunus.xpcprocessor.ServiceModel.Kind;
import org.portunus.xpcprocessor.ServiceModel.Method;
import org.portunus.xpcprocessor.ServiceModel.Repetition;
import org.portunus.xpcprocessor.ServiceModel.Value;

/** Checks one service interface against the rules; finds all its errors, not only the first. */
final class InterfaceReader {
  private static final int HIGHEST_ID = 65535;

  private final TypeElement service;
  private final Types types;
  private final TypeReader reader;
  private final ExceptionReader exceptions;
  private final Map<Element, List<String>> problems = new LinkedHashMap<>();

  InterfaceReader(Elements elements, Types types, TypeElement service) {
    this.service = service;
    this.types = types;
    this.reader = new TypeReader(elements, service);
    this.exceptions = new ExceptionReader(elements, types, reader);
  }

  TypeReader types() {
    return reader;
  }

  /** What {@link #read} found wrong, by the element to show it at. */
  Map<Element, List<String>> problems() {
    return problems;
  }

  /** The interface; empty when there are problems. */
  Optional<ServiceModel> read() {
    String name = annotation(service, SystemNames.SERVICE).map(Object::toString).orElse("");
    checkInterface(name);
    List<Method> methods = new ArrayList<>();
    Map<Integer, String> ids = new HashMap<>();
    for (ExecutableElement method : ElementFilter.methodsIn(service.getEnclosedElements())) {
      if (method.getModifiers().contains(Modifier.ABSTRACT)) {
        readMethod(method, ids, methods);
      } else if (annotation(method, SystemNames.METHOD_ID).isPresent()) {
        report(method, method.getSimpleName() + ": only an abstract method is a call");
      }
    }
    methods.sort(Comparator.comparingInt(Method::id));
    ServiceModel model = new ServiceModel(service, name, List.copyOf(methods));
    if (problems.isEmpty()) {
      for (String infinite : new LeastSizes(reader).infinite(model)) {
        report(
            service, infinite + ": a value would contain itself without end; use List or Optional");
      }
    }
    return problems.isEmpty() ? Optional.of(model) : Optional.empty();
  }

  private void checkInterface(String name) {
    String at = service.getSimpleName().toString();
    if (service.getKind() != ElementKind.INTERFACE) {
      report(service, at + ": @Service belongs on an interface");
    }
    if (!service.getTypeParameters().isEmpty()) {
      report(service, at + ": a service interface has no type parameters");
    }
    if (!service.getInterfaces().isEmpty()) {
      report(service, at + ": a service interface extends no other; declare its methods here");
    }
    if (service.getModifiers().contains(Modifier.SEALED)) {
      report(service, at + ": a service interface is not sealed");
    }
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,127}")) {
      report(
          service,
          at
              + ": the name of a service has 1 to 128 letters, digits, dots, dashes and underscores,"
              + " the first a letter or a digit");
    }
    try {
      reader.checkAccess(service, at);
    } catch (RefusedException refused) {
      report(service, refused);
    }
  }

  private void readMethod(ExecutableElement method, Map<Integer, String> ids, List<Method> into) {
    String name = method.getSimpleName().toString();
    int before = problems.size();
    int id = readId(method, ids);
    if (!method.getTypeParameters().isEmpty()) {
      report(method, name + ": a generic method can't be a call");
      return;
    }
    if (method.isVarArgs()) {
      report(method, name + ": variable arguments can't travel; use List");
      return;
    }
    Kind kind = kind(method);
    Repetition repetition =
        annotation(method, SystemNames.IDEMPOTENT).isPresent() ? Repetition.ONCE : Repetition.NEVER;
    List<Value> parameters = new ArrayList<>();
    for (VariableElement parameter : method.getParameters()) {
      String parameterName = parameter.getSimpleName().toString();
      readValue(parameter, parameter.asType(), parameterName, name + "." + parameterName)
          .ifPresent(parameters::add);
    }
    Optional<Value> result = readResult(method, kind);
    List<WireType.Structure> thrown = readThrown(method);
    if (kind == Kind.ONE_WAY && method.getReturnType().getKind() != TypeKind.VOID) {
      report(method, name + ": a @Oneway method returns void: nobody waits for a result");
    }
    if (kind == Kind.ONE_WAY && !method.getThrownTypes().isEmpty()) {
      report(method, name + ": a @Oneway method declares no exceptions: nobody waits for them");
    }
    if (kind == Kind.ONE_WAY && repetition == Repetition.ONCE) {
      report(
          method,
          name + ": a @Oneway method can't be @Idempotent: nobody learns that it was interrupted");
    }
    if (problems.size() == before) {
      into.add(new Method(id, name, kind, repetition, List.copyOf(parameters), result, thrown));
    }
  }

  private static Kind kind(ExecutableElement method) {
    if (annotation(method, SystemNames.ONEWAY).isPresent()) {
      return Kind.ONE_WAY;
    }
    return TypeReader.isStage(method.getReturnType()) ? Kind.STAGED : Kind.WITH_REPLY;
  }

  private int readId(ExecutableElement method, Map<Integer, String> ids) {
    String name = method.getSimpleName().toString();
    Optional<Object> value = annotation(method, SystemNames.METHOD_ID);
    if (value.isEmpty()) {
      report(method, name + ": @MethodId is missing; every method has its own number on the wire");
      return 0;
    }
    int id = value.get() instanceof Integer number ? number : 0;
    if (id < 1 || id > HIGHEST_ID) {
      report(method, "%s: @MethodId is %d, allowed are 1 to %d".formatted(name, id, HIGHEST_ID));
    }
    String other = ids.putIfAbsent(id, name);
    if (other != null) {
      report(method, "%s: @MethodId %d belongs to %s already".formatted(name, id, other));
    }
    return id;
  }

  private Optional<Value> readValue(Element at, TypeMirror type, String name, String path) {
    try {
      return Optional.of(new Value(name, TypeName.get(type), reader.read(type, path)));
    } catch (RefusedException refused) {
      report(at, refused);
      return Optional.empty();
    }
  }

  /** What the method, or its stage, ends with; empty for nothing. */
  private Optional<Value> readResult(ExecutableElement method, Kind kind) {
    TypeMirror type = method.getReturnType();
    String path = method.getSimpleName() + ".result";
    if (kind == Kind.STAGED) {
      Optional<TypeMirror> inside = TypeReader.insideStage(type);
      if (inside.isEmpty()) {
        report(method, path + ": raw type CompletionStage; write its type argument");
        return Optional.empty();
      }
      type = inside.get();
    }
    return type.getKind() == TypeKind.VOID || (kind == Kind.STAGED && TypeReader.isVoid(type))
        ? Optional.empty()
        : readValue(method, type, "result", path);
  }

  private List<WireType.Structure> readThrown(ExecutableElement method) {
    List<WireType.Structure> thrown = new ArrayList<>();
    List<? extends TypeMirror> declared = method.getThrownTypes();
    Set<Integer> related = new HashSet<>();
    for (int i = 0; i < declared.size(); i++) {
      String path = method.getSimpleName() + ".throws(" + declared.get(i) + ")";
      try {
        thrown.add(exceptions.read(declared.get(i), path));
      } catch (RefusedException refused) {
        report(method, refused);
      }
      for (int j = 0; j < i; j++) {
        if (types.isSubtype(declared.get(i), declared.get(j))
            || types.isSubtype(declared.get(j), declared.get(i))) {
          related.add(i);
        }
      }
    }
    if (!related.isEmpty()) {
      report(method, method.getSimpleName() + ".throws: no declared exception extends another");
    }
    return List.copyOf(thrown);
  }

  /** The value of an annotation; its type when it has none. */
  private static Optional<Object> annotation(Element element, String name) {
    for (AnnotationMirror mirror : element.getAnnotationMirrors()) {
      if (TypeReader.name((TypeElement) mirror.getAnnotationType().asElement()).equals(name)) {
        return Optional.of(
            mirror.getElementValues().values().stream()
                .findFirst()
                .<Object>map(AnnotationValue::getValue)
                .orElse(name));
      }
    }
    return Optional.empty();
  }

  private void report(Element element, RefusedException refused) {
    report(element, String.valueOf(refused.getMessage()));
  }

  private void report(Element element, String problem) {
    problems.computeIfAbsent(element, e -> new ArrayList<>()).add(problem);
  }
}
