// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.portunus.abi.log.LogText;
import org.portunus.system.xpc.description.Description;
import org.portunus.system.xpc.description.Description.Choice;
import org.portunus.system.xpc.description.Description.Component;
import org.portunus.system.xpc.description.Description.Definition;
import org.portunus.system.xpc.description.Description.Ending;
import org.portunus.system.xpc.description.Description.Enumeration;
import org.portunus.system.xpc.description.Description.Interface;
import org.portunus.system.xpc.description.Description.Method;
import org.portunus.system.xpc.description.Description.Presence;
import org.portunus.system.xpc.description.Description.Structure;
import org.portunus.system.xpc.description.TypeText;
import org.portunus.tool.terminal.Terminal;
import org.portunus.tool.terminal.Terminal.Colour;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What services say of their interfaces, for people and as JSON. */
record DescribeReport(Collection<Description> descriptions) {
  void print(Terminal terminal) {
    for (Description description : descriptions) {
      for (Definition definition : description.definitions()) {
        print(terminal, description, definition);
      }
    }
  }

  private static void print(Terminal terminal, Description description, Definition definition) {
    String head =
        definition instanceof Interface service
            ? "interface " + service.service() + " " + service.name()
            : kind(definition) + " " + definition.name();
    terminal.out().println(terminal.paint(Colour.BOLD, LogText.escape(head)));
    for (String member : members(description, definition)) {
      terminal.out().println("  " + LogText.escape(member));
    }
  }

  private static String kind(Definition definition) {
    return switch (definition) {
      case Interface _ -> "interface";
      case Structure _ -> "record";
      case Enumeration _ -> "enum";
      case Choice _ -> "sealed";
    };
  }

  private static List<String> members(Description description, Definition definition) {
    return switch (definition) {
      case Interface service ->
          service.methods().stream().map(method -> text(description, method)).toList();
      case Structure structure ->
          structure.components().stream()
              .map(component ->
                  text(description, component)
                      + (component.presence() == Presence.IF_SENT ? " (has a default)" : ""))
              .toList();
      case Enumeration enumeration -> enumeration.constants();
      case Choice choice ->
          choice.cases().stream().map(option -> TypeText.of(description, option)).toList();
    };
  }

  private static String text(Description description, Component component) {
    return component.name() + ": " + TypeText.of(description, component.type());
  }

  private static String text(Description description, Method method) {
    String parameters =
        method.parameters().stream()
            .map(parameter -> text(description, parameter))
            .collect(Collectors.joining(", ", "(", ")"));
    String exceptions =
        method.exceptions().stream()
            .map(exception -> TypeText.of(description, exception))
            .collect(Collectors.joining(", "));
    return method.id()
        + " "
        + method.name()
        + parameters
        + result(description, method)
        + (exceptions.isEmpty() ? "" : " throws " + exceptions)
        + (method.ending() == Ending.IDEMPOTENT ? ", idempotent" : "");
  }

  private static String result(Description description, Method method) {
    return method.ending() == Ending.ONE_WAY
        ? ", one-way"
        : " -> " + method.result().map(r -> TypeText.of(description, r)).orElse("void");
  }

  ObjectNode json() {
    ObjectNode report = JsonReport.object();
    ArrayNode interfaces = report.putArray("interfaces");
    for (Description description : descriptions) {
      ObjectNode row = interfaces.addObject();
      row.put("service", description.root().service());
      row.put("interface", description.root().name());
      methods(description, description.root(), row.putArray("methods"));
      ArrayNode types = row.putArray("types");
      for (Definition definition : description.definitions()) {
        types(description, definition, types.addObject());
      }
    }
    return report;
  }

  private static void methods(Description description, Interface service, ArrayNode into) {
    for (Method method : service.methods()) {
      ObjectNode row = into.addObject();
      row.put("id", method.id()).put("name", method.name());
      ArrayNode parameters = row.putArray("parameters");
      method.parameters().forEach(p -> component(description, p, parameters.addObject()));
      method.result().ifPresent(r -> row.put("result", TypeText.of(description, r)));
      ArrayNode exceptions = row.putArray("exceptions");
      method.exceptions().forEach(e -> exceptions.add(TypeText.of(description, e)));
      row.put("ending", method.ending().toString().toLowerCase(Locale.ROOT));
    }
  }

  private static void component(Description description, Component component, ObjectNode row) {
    row.put("name", component.name());
    row.put("type", TypeText.of(description, component.type()));
    row.put("default", component.presence() == Presence.IF_SENT);
  }

  private static void types(Description description, Definition definition, ObjectNode row) {
    row.put("kind", kind(definition)).put("name", definition.name());
    switch (definition) {
      case Interface service -> {
        row.put("service", service.service());
        methods(description, service, row.putArray("methods"));
      }
      case Structure structure -> {
        ArrayNode components = row.putArray("components");
        structure.components().forEach(c -> component(description, c, components.addObject()));
      }
      case Enumeration enumeration -> {
        ArrayNode constants = row.putArray("constants");
        enumeration.constants().forEach(constants::add);
      }
      case Choice choice -> {
        ArrayNode cases = row.putArray("cases");
        choice.cases().forEach(option -> cases.add(TypeText.of(description, option)));
      }
    }
  }
}
