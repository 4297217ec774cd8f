// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.lang.model.element.TypeElement;
import org.portunus.xpcprocessor.ServiceModel.Kind;
import org.portunus.xpcprocessor.ServiceModel.Method;
import org.portunus.xpcprocessor.ServiceModel.Repetition;
import org.portunus.xpcprocessor.ServiceModel.Value;
import org.portunus.xpcprocessor.WireType.Scalar;

/** Writes the text whose SHA-256 is an interface's digest; the package's head declares it. */
final class CanonicalForm {
  /** Finds what is inside of interfaces that the described one passes by reference. */
  interface Interfaces {
    Described find(TypeElement service) throws RefusedException;
  }

  /** An interface and the reader that read its types. */
  record Described(ServiceModel model, TypeReader types) {}

  private static final String HEAD = "portunus-interface-1\n";

  private final Interfaces interfaces;
  private final Map<TypeElement, Integer> numbers = new HashMap<>();
  private final StringBuilder text = new StringBuilder(HEAD);

  private CanonicalForm(Interfaces interfaces) {
    this.interfaces = interfaces;
  }

  static String of(Described described, Interfaces interfaces) throws RefusedException {
    CanonicalForm form = new CanonicalForm(interfaces);
    form.numbers.put(described.model().element(), 0);
    form.service(described);
    return form.text.append('\n').toString();
  }

  static byte[] digest(String canonical) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(canonical.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }

  private void service(Described described) throws RefusedException {
    text.append("interface#")
        .append(numbers.get(described.model().element()))
        .append(' ')
        .append(described.model().name())
        .append(" {");
    for (Method method : described.model().methods()) {
      method(method, described.types());
    }
    text.append("\n}");
  }

  private void method(Method method, TypeReader types) throws RefusedException {
    text.append('\n').append(method.id()).append(' ').append(method.name()).append('(');
    String comma = "";
    for (Value parameter : method.parameters()) {
      text.append(comma);
      type(parameter.type(), types);
      comma = ",";
    }
    text.append(')');
    if (method.kind() == Kind.ONE_WAY) {
      text.append(" oneway;");
      return;
    }
    text.append(" -> ");
    if (method.result().isPresent()) {
      type(method.result().get().type(), types);
    } else {
      text.append("void");
    }
    for (WireType.Structure exception : method.exceptions()) {
      text.append(" throws ").append(exception.element().getSimpleName()).append(' ');
      type(exception, types);
    }
    if (method.repetition() == Repetition.ONCE) {
      text.append(" idempotent");
    }
    text.append(';');
  }

  private void type(WireType type, TypeReader types) throws RefusedException {
    switch (type) {
      case Scalar scalar -> text.append(scalar.name().toLowerCase(Locale.ROOT));
      case WireType.Enumeration enumeration ->
          text.append(
              TypeReader.constants(enumeration.element()).stream()
                  .collect(Collectors.joining(",", "enum{", "}")));
      case WireType.ListOf list -> {
        text.append("list<");
        type(list.element(), types);
        text.append('>');
      }
      case WireType.MapOf map -> {
        text.append("map<");
        type(map.key(), types);
        text.append(',');
        type(map.value(), types);
        text.append('>');
      }
      case WireType.OptionalOf optional -> {
        text.append("optional<");
        type(optional.element(), types);
        text.append('>');
      }
      case WireType.Structure structure -> structure(structure, types);
      case WireType.Choice choice -> choice(choice, types);
      case WireType.Reference reference -> {
        if (first("interface", reference.element())) {
          service(interfaces.find(reference.element()));
        }
      }
    }
  }

  private void structure(WireType.Structure structure, TypeReader types) throws RefusedException {
    if (first("record", structure.element())) {
      text.append("record#").append(numbers.get(structure.element())).append('{');
      String comma = "";
      for (Value component : types.shape(structure).components()) {
        text.append(comma).append(component.name()).append(':');
        type(component.type(), types);
        comma = ",";
      }
      text.append('}');
    }
  }

  private void choice(WireType.Choice choice, TypeReader types) throws RefusedException {
    if (first("sealed", choice.element())) {
      text.append("sealed#").append(numbers.get(choice.element())).append('{');
      List<WireType> cases = types.cases(choice);
      for (int i = 0; i < cases.size(); i++) {
        text.append(i == 0 ? "" : ",").append(cases.get(i).label()).append(':');
        type(cases.get(i), types);
      }
      text.append('}');
    }
  }

  /** Numbers a type at its first appearance; later ones are its number only. */
  private boolean first(String kind, TypeElement element) {
    Integer known = numbers.putIfAbsent(element, numbers.size());
    if (known != null) {
      text.append(kind).append('#').append(known);
      return false;
    }
    return true;
  }
}
