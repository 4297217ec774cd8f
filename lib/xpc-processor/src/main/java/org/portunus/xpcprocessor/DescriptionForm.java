// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;
import org.portunus.xpcprocessor.CanonicalForm.Described;
import org.portunus.xpcprocessor.CanonicalForm.Interfaces;
import org.portunus.xpcprocessor.ServiceModel.Kind;
import org.portunus.xpcprocessor.ServiceModel.Method;
import org.portunus.xpcprocessor.ServiceModel.Repetition;
import org.portunus.xpcprocessor.ServiceModel.Value;
import org.portunus.xpcprocessor.WireType.Scalar;

/**
 * Writes an interface's description, which ends with other versions of it compare;
 * docs/protocol/values.md has the form.
 */
final class DescriptionForm {
  private static final int MAX_BYTES = 64 * 1024 - 1;
  private static final int MAX_DEFINITIONS = 1024;

  private final Interfaces interfaces;
  private final Map<TypeElement, Integer> places = new LinkedHashMap<>();
  private final List<Pending> pending = new ArrayList<>();
  private final StringBuilder text = new StringBuilder("portunus-description-1\n");

  /** A definition that has its place and is not written yet. */
  private record Pending(WireType type, TypeReader types) {}

  private DescriptionForm(Interfaces interfaces) {
    this.interfaces = interfaces;
  }

  /** The text; empty for an interface that is too large to be described. */
  static String of(Described described, Interfaces interfaces) throws RefusedException {
    DescriptionForm form = new DescriptionForm(interfaces);
    form.place(new WireType.Reference(described.model().element()), described.types());
    for (int i = 0; i < form.pending.size(); i++) {
      form.write(form.pending.get(i), i == 0 ? described : null);
    }
    String text = form.text.toString();
    boolean fits =
        form.pending.size() <= MAX_DEFINITIONS
            && text.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
    return fits ? text : "";
  }

  private void write(Pending definition, @Nullable Described root) throws RefusedException {
    switch (definition.type()) {
      case WireType.Reference reference -> {
        Described described = root == null ? interfaces.find(reference.element()) : root;
        service(described);
      }
      case WireType.Structure structure -> {
        head("record", structure.element());
        for (Value component : definition.types().shape(structure).components()) {
          text.append(' ')
              .append(component.name())
              .append(component.ifAbsent().isPresent() ? "?:" : ":")
              .append(type(component.type(), definition.types()))
              .append('\n');
        }
      }
      case WireType.Enumeration enumeration -> {
        head("enum", enumeration.element());
        for (String constant : TypeReader.constants(enumeration.element())) {
          text.append(' ').append(constant).append('\n');
        }
      }
      case WireType.Choice choice -> {
        head("sealed", choice.element());
        for (WireType option : definition.types().cases(choice)) {
          text.append(' ').append(type(option, definition.types())).append('\n');
        }
      }
      case Scalar _, WireType.ListOf _, WireType.MapOf _, WireType.OptionalOf _ ->
          throw new IllegalStateException("has no definition: " + definition.type());
    }
  }

  private void head(String kind, TypeElement element) {
    text.append(kind).append(' ').append(element.getSimpleName()).append('\n');
  }

  private void service(Described described) {
    text.append("interface ").append(described.model().name()).append(' ');
    text.append(described.model().element().getSimpleName()).append('\n');
    for (Method method : described.model().methods()) {
      method(method, described.types());
    }
  }

  private void method(Method method, TypeReader types) {
    text.append(' ')
        .append(method.id())
        .append(' ')
        .append(method.name())
        .append(
            method.parameters().stream()
                .map(parameter -> parameter.name() + ":" + type(parameter.type(), types))
                .collect(Collectors.joining(",", "(", ") ")));
    if (method.kind() == Kind.ONE_WAY) {
      text.append("oneway\n");
      return;
    }
    text.append("-> ").append(method.result().map(r -> type(r.type(), types)).orElse("void"));
    if (!method.exceptions().isEmpty()) {
      text.append(
          method.exceptions().stream()
              .map(exception -> type(exception, types))
              .collect(Collectors.joining(",", " throws ", "")));
    }
    text.append(method.repetition() == Repetition.ONCE ? " idempotent\n" : "\n");
  }

  private String type(WireType type, TypeReader types) {
    return switch (type) {
      case Scalar scalar -> scalar.name().toLowerCase(Locale.ROOT);
      case WireType.ListOf list -> "list<" + type(list.element(), types) + ">";
      case WireType.OptionalOf optional -> "optional<" + type(optional.element(), types) + ">";
      case WireType.MapOf map ->
          "map<" + type(map.key(), types) + "," + type(map.value(), types) + ">";
      case WireType.Structure _, WireType.Choice _, WireType.Enumeration _, WireType.Reference _ ->
          "#" + place(type, types);
    };
  }

  private int place(WireType type, TypeReader types) {
    TypeElement element =
        switch (type) {
          case WireType.Structure structure -> structure.element();
          case WireType.Choice choice -> choice.element();
          case WireType.Enumeration enumeration -> enumeration.element();
          case WireType.Reference reference -> reference.element();
          case Scalar _, WireType.ListOf _, WireType.MapOf _, WireType.OptionalOf _ ->
              throw new IllegalStateException("has no place: " + type);
        };
    Integer known = places.get(element);
    if (known != null) {
      return known;
    }
    int place = places.size();
    places.put(element, place);
    pending.add(new Pending(type, types));
    return place;
  }
}
