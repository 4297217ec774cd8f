// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.adapt;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.portunus.tool.adapt.AdaptRequest.Framework;
import org.portunus.tool.adapt.InterfaceModel.Method;

/**
 * Reads a plug-in's interface and its classes from their class files, with the compiler's eyes.
 * Collects everything that can't be carried, not only the first.
 */
final class InterfaceReading {
  private final AdaptRequest request;
  private final Elements elements;
  private final Types types;
  private final List<String> problems = new ArrayList<>();
  private final Set<String> unusedOmits;

  InterfaceReading(AdaptRequest request, Elements elements, Types types) {
    this.request = request;
    this.elements = elements;
    this.types = types;
    this.unusedOmits = new LinkedHashSet<>(request.omit());
  }

  /** What can't be carried, each with its method and type. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  /** The model; empty when there are problems. */
  Optional<InterfaceModel> read(PluginJars jars) throws IOException {
    TypeElement point = elements.getTypeElement(request.pluginInterface());
    if (point == null) {
      problems.add(request.pluginInterface() + " is in none of the jars");
      return Optional.empty();
    }
    checkInterface(point);
    List<TypeElement> providers = providers(jars, point);
    Optional<String> starts = starts(jars);
    MethodReading methods = new MethodReading(elements, types, point, providers);
    methods.read(unusedOmits);
    problems.addAll(methods.problems());
    unusedOmits.forEach(
        omit -> problems.add("--omit " + omit + ": " + point + " has no such method"));
    if (!problems.isEmpty()) {
      return Optional.empty();
    }
    List<Method> carried = methods.carried();
    return Optional.of(
        new InterfaceModel(
            point.getQualifiedName().toString(),
            point.getSimpleName().toString(),
            carried,
            methods.refusing(),
            methods.local(),
            methods.omitted(),
            providers.stream().map(p -> elements.getBinaryName(p).toString()).toList(),
            starts));
  }

  private void checkInterface(TypeElement point) {
    if (!SourceVersion.isName(point.getQualifiedName())) {
      problems.add(point + " has a name that sources can't write");
    }
    if (point.getKind() != ElementKind.INTERFACE) {
      problems.add(point + " is a class; only interfaces can be carried");
    } else if (!point.getModifiers().contains(Modifier.PUBLIC)) {
      problems.add(point + " is not public");
    }
    if (!point.getTypeParameters().isEmpty()) {
      problems.add(point + " has type parameters: " + point.getTypeParameters());
    }
  }

  private List<TypeElement> providers(PluginJars jars, TypeElement point) throws IOException {
    Set<String> named =
        request.framework() == Framework.PF4J
            ? jars.extensions()
            : jars.providers(elements.getBinaryName(point).toString());
    List<TypeElement> providers = new ArrayList<>();
    Set<String> wanted = new LinkedHashSet<>(request.providers());
    for (String name : named) {
      if (!SourceVersion.isName(name)) {
        problems.add("the plug-in " + name + " has a name that sources can't write");
        continue;
      }
      TypeElement provider = elements.getTypeElement(name.replace('$', '.'));
      boolean asked = request.providers().isEmpty() || wanted.remove(name);
      if (provider == null) {
        problems.add("the plug-in " + name + " is in none of the jars");
      } else if (asked && types.isSubtype(provider.asType(), types.erasure(point.asType()))) {
        checkProvider(provider, name);
        providers.add(provider);
      }
    }
    wanted.forEach(name -> problems.add("--provider " + name + " is no plug-in of these jars"));
    if (providers.isEmpty() && problems.isEmpty()) {
      problems.add(
          "the jars name no plug-in for it"
              + (named.isEmpty() ? "" : ", but for others: " + named));
    }
    return providers;
  }

  private void checkProvider(TypeElement provider, String name) {
    if (provider.getModifiers().contains(Modifier.ABSTRACT) || !hasPlainConstructor(provider)) {
      problems.add("the plug-in " + name + " has no public constructor without parameters");
    }
  }

  private static boolean hasPlainConstructor(TypeElement type) {
    return ElementFilter.constructorsIn(type.getEnclosedElements()).stream()
        .anyMatch(c -> c.getParameters().isEmpty() && c.getModifiers().contains(Modifier.PUBLIC));
  }

  /** PF4J makes the plug-in's own class first, and starts it. */
  private Optional<String> starts(PluginJars jars) throws IOException {
    if (request.framework() != Framework.PF4J) {
      return Optional.empty();
    }
    Optional<String> name = jars.pluginClass();
    if (name.isEmpty() || unusedOmits.remove(name.get())) {
      return Optional.empty();
    }
    TypeElement plugin = elements.getTypeElement(name.get().replace('$', '.'));
    if (plugin == null || !SourceVersion.isName(name.get()) || !hasPlainConstructor(plugin)) {
      List<ExecutableElement> constructors =
          plugin == null ? List.of() : ElementFilter.constructorsIn(plugin.getEnclosedElements());
      problems.add(
          "the plug-in class %s can't be made without a PluginManager (%s); --omit %s carries the"
                  .formatted(name.get(), constructors, name.get())
              + " extensions without starting it");
    }
    return name;
  }
}
