// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.adapt;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.portunus.tool.adapt.AdaptRequest.Framework;
import org.portunus.tool.adapt.InterfaceModel.Method;
import org.portunus.tool.adapt.InterfaceModel.Thrown;

/**
 * Writes the adapter of a plug-in's interface: the service interface that carries its calls, the
 * proxy that implements the plug-in's interface at the caller, and a service for each plug-in.
 */
final class AdapterSources {
  private static final String FAILURE = "org.portunus.system.plugin.PluginFailure";
  private static final String INSTANCE = "org.portunus.system.plugin.PluginInstance";

  private final AdaptRequest request;
  private final InterfaceModel model;
  private final List<Adapted.Service> services = new ArrayList<>();

  AdapterSources(AdaptRequest request, InterfaceModel model) {
    this.request = request;
    this.model = model;
    Set<String> used = new HashSet<>();
    for (String provider : model.providers()) {
      String simple = provider.substring(provider.lastIndexOf('.') + 1).replace('$', '_');
      String unique = simple;
      for (int i = 2; !used.add(unique.toLowerCase(Locale.ROOT)); i++) {
        unique = simple + i;
      }
      String service =
          model.providers().size() == 1
              ? request.name()
              : request.name() + "." + unique.toLowerCase(Locale.ROOT);
      services.add(new Adapted.Service(provider, service, unique + "Service"));
    }
  }

  List<Adapted.Service> services() {
    return List.copyOf(services);
  }

  /** Simple name of the service interface. */
  String calls() {
    return model.simpleName() + "Calls";
  }

  private String proxy() {
    return model.simpleName() + "Proxy";
  }

  /** The sources by the simple name of their class. */
  Map<String, String> all() {
    Map<String, String> sources = new LinkedHashMap<>();
    sources.put(calls(), callsSource());
    sources.put(proxy(), proxySource());
    services.forEach(service -> sources.put(service.implementation(), serviceSource(service)));
    return sources;
  }

  private String head(String what) {
    return "package %s;%n%n/** %s Made by portunus adapt from %s. */%n"
        .formatted(request.packageName(), what, model.name());
  }

  private String callsSource() {
    StringBuilder out = new StringBuilder(head("The calls that are carried."));
    out.append("@org.portunus.system.xpc.Service(\"%s\")%n".formatted(request.name()));
    out.append("public interface %s {%n".formatted(calls()));
    for (Method method : model.methods()) {
      out.append(
          "  /** %s. */%n  @org.portunus.system.xpc.MethodId(%d)%n  %s throws %s;%n"
              .formatted(method.name(), method.id(), carriedHeader(method), FAILURE));
    }
    return out.append("}\n").toString();
  }

  private static String carriedHeader(Method method) {
    return "%s %s(%s)"
        .formatted(
            method.result().map(Carriage::wire).orElse("void"),
            method.carried(),
            method.parameters().stream()
                .map(parameter -> parameter.type().wire() + " " + parameter.name())
                .collect(Collectors.joining(", ")));
  }

  private String proxySource() {
    StringBuilder out = new StringBuilder(head("A plug-in that runs in a service."));
    out.append("public final class %s implements %s {%n".formatted(proxy(), model.name()));
    out.append("  private final %s calls$;%n%n".formatted(calls()));
    out.append(
        "  /** A plug-in whose calls go this way. */%n  public %s(%s calls) {%n    calls$ = calls;%n  }%n"
            .formatted(proxy(), calls()));
    model.methods().forEach(method -> out.append(proxyMethod(method)));
    for (String header : model.refusing()) {
      out.append(
          "%n  @Override%n  %s {%n    throw new UnsupportedOperationException(\"was left out when the plug-in was adapted\");%n  }%n"
              .formatted(header));
    }
    return out.append("}\n").toString();
  }

  private static String proxyMethod(Method method) {
    String call =
        "calls$.%s(%s)"
            .formatted(
                method.carried(),
                method.parameters().stream()
                    .map(parameter -> parameter.type().toWire(parameter.name()))
                    .collect(Collectors.joining(", ")));
    StringBuilder out =
        new StringBuilder(
            "%n  @Override%n  public %s %s(%s)%s {%n    try {%n"
                .formatted(
                    method.declaredResult(),
                    method.name(),
                    method.parameters().stream()
                        .map(parameter -> parameter.type().declared() + " " + parameter.name())
                        .collect(Collectors.joining(", ")),
                    throwing(method)));
    out.append(
        method
            .result()
            .map(result -> "      return " + result.fromWire(call) + ";\n")
            .orElse("      " + call + ";\n"));
    out.append("    } catch (%s failure$) {%n".formatted(FAILURE));
    for (Thrown thrown : method.thrown()) {
      out.append(
          "      if (failure$.type().equals(\"%s\")) {%n        throw new %s(failure$.getMessage());%n      }%n"
              .formatted(thrown.binaryName(), thrown.type()));
    }
    return out.append("      throw failure$.unchecked();\n    }\n  }\n").toString();
  }

  private static String throwing(Method method) {
    return method.thrown().isEmpty()
        ? ""
        : method.thrown().stream()
            .map(Thrown::type)
            .collect(Collectors.joining(", ", " throws ", ""));
  }

  private String serviceSource(Adapted.Service service) {
    String self = service.implementation();
    String maker =
        request.framework() == Framework.PF4J
            ? "ofExtension(%s.class, \"%s\", %s.class)"
                .formatted(model.name(), service.provider(), self)
            : "ofServiceLoader(%n        java.util.ServiceLoader.load(%s.class, %s.class.getClassLoader()),%n        \"%s\")"
                .formatted(model.name(), self, service.provider());
    StringBuilder out = new StringBuilder(head("The plug-in " + service.provider() + "."));
    out.append("public final class %s implements %s {%n".formatted(self, calls()));
    out.append("  private final %s plugin$;%n%n".formatted(model.name()));
    out.append("  /** Makes the plug-in. */%n  public %s() {%n".formatted(self));
    model
        .starts()
        .ifPresent(starts ->
            out.append("    %s.start(\"%s\", %s.class);%n".formatted(INSTANCE, starts, self)));
    out.append("    plugin$ = %s.%s;%n  }%n".formatted(INSTANCE, maker));
    model.methods().forEach(method -> out.append(serviceMethod(method)));
    return out.append("}\n").toString();
  }

  private static String serviceMethod(Method method) {
    String call =
        "plugin$.%s(%s)"
            .formatted(
                method.name(),
                method.parameters().stream()
                    .map(parameter -> parameter.type().fromWire(parameter.name()))
                    .collect(Collectors.joining(", ")));
    String declared =
        method.thrown().stream()
            .map(thrown -> ", " + thrown.type() + ".class")
            .collect(Collectors.joining());
    return "%n  @Override%n  public %s throws %s {%n    try {%n      %s;%n    } catch (Exception | LinkageError thrown$) {%n      throw %s.of(thrown$%s);%n    }%n  }%n"
        .formatted(
            carriedHeader(method),
            FAILURE,
            method.result().map(result -> "return " + result.toWire(call)).orElse(call),
            FAILURE,
            declared);
  }
}
