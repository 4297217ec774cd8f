// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.adapt;

import java.util.List;
import java.util.stream.Collectors;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.TypeVariable;
import javax.lang.model.type.WildcardType;

/**
 * How a value of a plug-in's interface travels. null is no value of a call: what may be null
 * travels as Optional. Whether the type inside can travel is the annotation processor's to say.
 *
 * @param declared the type in the plug-in's interface
 * @param wire the type in the service interface
 * @param toWire expression of the second from {@value #VALUE} of the first
 * @param fromWire expression of the first from {@value #VALUE} of the second
 */
record Carriage(String declared, String wire, String toWire, String fromWire) {
  private static final String VALUE = "@";
  private static final String OPTIONAL = "java.util.Optional<";
  private static final String LIST = "java.util.List<";
  private static final String NULLABLE = "java.util.Optional.ofNullable(@)";

  static Carriage of(TypeMirror type) {
    String text = text(type);
    return switch (type.getKind()) {
      case ARRAY -> ofArray(((ArrayType) type).getComponentType(), text);
      case DECLARED -> ofDeclared((DeclaredType) type, text);
      default -> new Carriage(text, text, VALUE, VALUE);
    };
  }

  private static Carriage ofArray(TypeMirror component, String text) {
    boolean plain =
        component instanceof DeclaredType declared && declared.getTypeArguments().isEmpty();
    if (!plain) {
      return nullable(text);
    }
    String element = text(component);
    return new Carriage(
        text,
        OPTIONAL + LIST + element + ">>",
        NULLABLE + ".map(java.util.Arrays::asList)",
        "@.map(list -> list.toArray(new " + element + "[0])).orElse(null)");
  }

  private static Carriage ofDeclared(DeclaredType type, String text) {
    List<? extends TypeMirror> arguments = type.getTypeArguments();
    String argument = arguments.isEmpty() ? "" : text(arguments.getFirst());
    return switch (name(type)) {
      case "java.util.Optional" -> new Carriage(text, text, VALUE, VALUE);
      case "java.util.Set" ->
          arguments.isEmpty()
              ? nullable(text)
              : new Carriage(
                  text,
                  OPTIONAL + LIST + argument + ">>",
                  NULLABLE + ".map(java.util.List::copyOf)",
                  "@.<"
                      + text
                      + ">map(list -> new java.util.LinkedHashSet<"
                      + argument
                      + ">(list)).orElse(null)");
      case "java.util.Collection" ->
          arguments.isEmpty()
              ? nullable(text)
              : new Carriage(
                  text,
                  OPTIONAL + LIST + argument + ">>",
                  NULLABLE + ".map(java.util.List::copyOf)",
                  "@.<" + text + ">map(list -> list).orElse(null)");
      case "java.lang.CharSequence" ->
          new Carriage(
              text,
              OPTIONAL + "String>",
              NULLABLE + ".map(Object::toString)",
              "@.<CharSequence>map(string -> string).orElse(null)");
      case "java.util.Locale" ->
          new Carriage(
              text,
              OPTIONAL + "String>",
              NULLABLE + ".map(java.util.Locale::toLanguageTag)",
              "@.map(java.util.Locale::forLanguageTag).orElse(null)");
      default -> nullable(text);
    };
  }

  private static Carriage nullable(String text) {
    return new Carriage(text, OPTIONAL + text + ">", NULLABLE, "@.orElse(null)");
  }

  String toWire(String expression) {
    return toWire.replace(VALUE, expression);
  }

  String fromWire(String expression) {
    return fromWire.replace(VALUE, expression);
  }

  /** A type as sources write it, without annotations. */
  static String text(TypeMirror type) {
    return switch (type) {
      case ArrayType array -> text(array.getComponentType()) + "[]";
      case TypeVariable variable -> variable.asElement().getSimpleName().toString();
      case WildcardType wildcard -> wildcardText(wildcard);
      case DeclaredType declared -> {
        String arguments =
            declared.getTypeArguments().stream()
                .map(Carriage::text)
                .collect(Collectors.joining(", "));
        yield arguments.isEmpty() ? name(declared) : name(declared) + "<" + arguments + ">";
      }
      default -> keyword(type);
    };
  }

  private static String wildcardText(WildcardType wildcard) {
    if (wildcard.getExtendsBound() != null) {
      return "? extends " + text(wildcard.getExtendsBound());
    }
    return wildcard.getSuperBound() == null ? "?" : "? super " + text(wildcard.getSuperBound());
  }

  private static String keyword(TypeMirror type) {
    return type.getKind().isPrimitive() || type.getKind() == TypeKind.VOID
        ? type.getKind().name().toLowerCase(java.util.Locale.ROOT)
        : type.toString();
  }

  private static String name(DeclaredType type) {
    return ((TypeElement) type.asElement()).getQualifiedName().toString();
  }
}
