// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.dynamic;

import java.util.Base64;
import java.util.List;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.description.Description;
import org.portunus.system.xpc.description.Description.Choice;
import org.portunus.system.xpc.description.Description.Component;
import org.portunus.system.xpc.description.Description.Enumeration;
import org.portunus.system.xpc.description.Description.Interface;
import org.portunus.system.xpc.description.Description.Presence;
import org.portunus.system.xpc.description.Description.Structure;
import org.portunus.system.xpc.description.Type;
import org.portunus.system.xpc.wire.Decoder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads values that a description says as JSON. A type nests no deeper than a description may, and
 * a value no deeper than the decoder lets records and lists; no list has more elements than bytes
 * have come.
 */
final class ValueReader {
  private static final int MAX_VALUES = 500_000;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Description description;
  private final Decoder in;
  private int values;

  ValueReader(Description description, Decoder in) {
    this.description = description;
    this.in = in;
  }

  JsonNode read(Type type, String name) {
    if (++values > MAX_VALUES) {
      throw new PortunusException(
          ErrorCode.LIMIT_MESSAGE, "the result has more than " + MAX_VALUES + " values");
    }
    return switch (type) {
      case Type.Scalar scalar -> scalar(scalar, name);
      case Type.OptionalOf optional ->
          in.readBoolean(name) ? read(optional.element(), name) : JSON.nullNode();
      case Type.ListOf list -> {
        ArrayNode elements = JSON.arrayNode();
        int count = in.beginList(name, 1);
        for (int i = 0; i < count; i++) {
          in.element(i);
          elements.add(read(list.element(), ""));
        }
        in.endList();
        yield elements;
      }
      case Type.MapOf map -> {
        ObjectNode entries = JSON.objectNode();
        int count = in.beginList(name, 2);
        for (int i = 0; i < count; i++) {
          in.element(i);
          String key = read(map.key(), "key").asString();
          if (entries.has(key)) {
            throw in.refused("key", "the map has this key already");
          }
          entries.set(key, read(map.value(), "value"));
        }
        in.endList();
        yield entries;
      }
      case Type.Named named -> definition(named, name);
    };
  }

  private JsonNode definition(Type.Named type, String name) {
    return switch (description.at(type)) {
      case Structure structure -> {
        ObjectNode components = JSON.objectNode();
        int outer = in.beginRecord(name);
        for (Component component : structure.components()) {
          if (component.presence() == Presence.ALWAYS || !in.isAbsent()) {
            components.set(component.name(), read(component.type(), component.name()));
          }
        }
        in.endRecord(outer);
        yield components;
      }
      case Enumeration enumeration -> {
        List<String> constants = enumeration.constants();
        yield JSON.stringNode(constants.get(in.readNumber(name, constants.size(), "enum")));
      }
      case Choice choice -> {
        int number = in.readNumber(name, choice.cases().size(), "sealed");
        Type.Named option = choice.cases().get(number);
        yield JSON.objectNode().set(description.at(option).name(), read(option, name));
      }
      case Interface service -> {
        var _ = in.readReference(LearningType.of(service.service()), name);
        yield JSON.objectNode().put("reference", service.service());
      }
    };
  }

  private JsonNode scalar(Type.Scalar type, String name) {
    return switch (type) {
      case BOOLEAN -> JSON.booleanNode(in.readBoolean(name));
      case BYTE -> JSON.numberNode(in.readByte(name));
      case SHORT -> JSON.numberNode(in.readShort(name));
      case INT -> JSON.numberNode(in.readInt(name));
      case LONG -> JSON.numberNode(in.readLong(name));
      case FLOAT -> fraction(in.readFloat(name));
      case DOUBLE -> fraction(in.readDouble(name));
      case STRING -> JSON.stringNode(in.readString(name));
      case BYTES, SEGMENT ->
          JSON.stringNode(Base64.getEncoder().encodeToString(in.readBytes(name)));
      case INSTANT -> JSON.stringNode(in.readInstant(name).toString());
      case UUID -> JSON.stringNode(in.readUuid(name).toString());
      case FILE -> {
        var _ = in.readFileRight(name);
        yield right(type);
      }
      case MEMORY -> {
        var _ = in.readMemoryRight(name);
        yield right(type);
      }
      case PORT -> {
        var _ = in.readPortRight(name);
        yield right(type);
      }
    };
  }

  private static JsonNode fraction(double value) {
    return Double.isFinite(value)
        ? JSON.numberNode(value)
        : JSON.stringNode(Double.toString(value));
  }

  /** The decoder closes it with the reply. */
  private static JsonNode right(Type.Scalar kind) {
    return JSON.objectNode().put("right", kind.word());
  }
}
