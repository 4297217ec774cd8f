// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import com.palantir.javapoet.CodeBlock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import org.portunus.xpcprocessor.WireType.Scalar;

/** Reads {@code @IfAbsent}: the value as text, checked against the component's type. */
final class AbsentValue {
  private AbsentValue() {}

  /** The value as an expression; empty without the annotation. */
  static Optional<CodeBlock> of(RecordComponentElement component, WireType type, String path)
      throws RefusedException {
    for (AnnotationMirror mirror : component.getAnnotationMirrors()) {
      TypeElement annotation = (TypeElement) mirror.getAnnotationType().asElement();
      if (TypeReader.name(annotation).equals(SystemNames.IF_ABSENT)) {
        String text =
            mirror.getElementValues().values().stream()
                .findFirst()
                .map(AnnotationValue::getValue)
                .map(Object::toString)
                .orElse("");
        return Optional.of(expression(type, text, path));
      }
    }
    return Optional.empty();
  }

  private static CodeBlock expression(WireType type, String text, String path)
      throws RefusedException {
    try {
      return switch (type) {
        case Scalar scalar -> scalar(scalar, text);
        case WireType.Enumeration enumeration -> constant(enumeration, text);
        case WireType.ListOf _ -> empty(text, CodeBlock.of("$T.of()", List.class));
        case WireType.MapOf _ -> empty(text, CodeBlock.of("$T.of()", Map.class));
        case WireType.OptionalOf _ -> empty(text, CodeBlock.of("$T.empty()", Optional.class));
        case WireType.Structure _, WireType.Choice _, WireType.Reference _ ->
            throw new IllegalArgumentException(
                "a " + type.label() + " has no such text; use Optional");
      };
    } catch (IllegalArgumentException | DateTimeException wrong) {
      throw new RefusedException(path, "@IfAbsent(\"" + text + "\"): " + wrong.getMessage());
    }
  }

  private static CodeBlock empty(String text, CodeBlock empty) {
    if (!text.isEmpty()) {
      throw new IllegalArgumentException("only \"\", for empty, is possible here");
    }
    return empty;
  }

  private static CodeBlock constant(WireType.Enumeration type, String text) {
    List<String> constants = TypeReader.constants(type.element());
    if (!constants.contains(text)) {
      throw new IllegalArgumentException("not one of " + constants);
    }
    return CodeBlock.of("$T.$L", type.javaType(), text);
  }

  private static CodeBlock scalar(Scalar type, String text) {
    return switch (type) {
      case BOOLEAN -> {
        if (!text.equals("true") && !text.equals("false")) {
          throw new IllegalArgumentException("true or false");
        }
        yield CodeBlock.of("$L", text);
      }
      case BYTE -> CodeBlock.of("(byte) $L", Byte.parseByte(text));
      case SHORT -> CodeBlock.of("(short) $L", Short.parseShort(text));
      case INT -> CodeBlock.of("$L", Integer.parseInt(text));
      case LONG -> CodeBlock.of("$LL", Long.parseLong(text));
      case FLOAT ->
          CodeBlock.of(
              "$T.intBitsToFloat($L)",
              Float.class,
              Float.floatToRawIntBits(Float.parseFloat(text)));
      case DOUBLE ->
          CodeBlock.of(
              "$T.longBitsToDouble($LL)",
              Double.class,
              Double.doubleToRawLongBits(Double.parseDouble(text)));
      case STRING -> CodeBlock.of("$S", text);
      case BYTES -> empty(text, CodeBlock.of("new byte[0]"));
      case INSTANT -> CodeBlock.of("$T.parse($S)", Instant.class, Instant.parse(text));
      case UUID -> CodeBlock.of("$T.fromString($S)", UUID.class, UUID.fromString(text));
      case SEGMENT, FILE, MEMORY, PORT ->
          throw new IllegalArgumentException("a right has no such text; use Optional");
    };
  }
}
