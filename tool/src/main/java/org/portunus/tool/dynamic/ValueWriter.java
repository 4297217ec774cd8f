// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.dynamic;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.description.Description;
import org.portunus.system.xpc.description.Description.Choice;
import org.portunus.system.xpc.description.Description.Component;
import org.portunus.system.xpc.description.Description.Enumeration;
import org.portunus.system.xpc.description.Description.Interface;
import org.portunus.system.xpc.description.Description.Method;
import org.portunus.system.xpc.description.Description.Presence;
import org.portunus.system.xpc.description.Description.Structure;
import org.portunus.system.xpc.description.Type;
import org.portunus.system.xpc.wire.Encoder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes JSON as the values that a description says; each misfit is USAGE with its place. */
final class ValueWriter {
  private final Description description;
  private final Encoder out;

  ValueWriter(Description description, Encoder out) {
    this.description = description;
    this.out = out;
  }

  void arguments(Method method, JsonNode arguments) throws IOException {
    List<Component> parameters = method.parameters();
    JsonNode named = arguments;
    if (arguments.isArray()) {
      if (arguments.size() != parameters.size()) {
        throw wrong(
            method.name(),
            "%d arguments, wanted are %d".formatted(arguments.size(), parameters.size()));
      }
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      for (int i = 0; i < parameters.size(); i++) {
        object.set(parameters.get(i).name(), arguments.get(i));
      }
      named = object;
    }
    components(parameters, named, method.name());
  }

  private static PortunusException wrong(String path, String reason) {
    return new PortunusException(ErrorCode.USAGE, path + ": " + reason);
  }

  private static PortunusException unfit(String path, String wanted, JsonNode given) {
    String kind = given.getNodeType().toString().toLowerCase(Locale.ROOT);
    return wrong(path, wanted + " is wanted, not a JSON " + kind);
  }

  private static FileRight file(String name, String path) {
    try {
      return FileRight.open(Path.of(name));
    } catch (IOException unreadable) {
      throw wrong(path, String.valueOf(unreadable.getMessage()));
    }
  }

  private void components(List<Component> components, JsonNode given, String path)
      throws IOException {
    if (!given.isObject()) {
      throw unfit(path, "an object", given);
    }
    for (String name : given.propertyNames()) {
      if (components.stream().noneMatch(component -> component.name().equals(name))) {
        throw wrong(
            path,
            "no %s, only %s".formatted(name, components.stream().map(Component::name).toList()));
      }
    }
    String missing = "";
    for (Component component : components) {
      JsonNode value = given.get(component.name());
      String at = path + "." + component.name();
      if (value == null) {
        missing = missing(component, missing, at);
      } else if (missing.isEmpty()) {
        write(component.type(), value, at);
      } else {
        throw wrong(at, "only the last components can be left out: " + missing + " is missing");
      }
    }
  }

  private String missing(Component component, String before, String at) throws IOException {
    if (component.presence() == Presence.IF_SENT) {
      return before.isEmpty() ? component.name() : before;
    }
    if (before.isEmpty() && component.type() instanceof Type.OptionalOf) {
      out.putBoolean(false);
      return before;
    }
    throw wrong(at, "is missing");
  }

  private void write(Type type, JsonNode value, String path) throws IOException {
    switch (type) {
      case Type.Scalar scalar -> scalar(scalar, value, path);
      case Type.OptionalOf optional -> {
        out.putBoolean(!value.isNull());
        if (!value.isNull()) {
          write(optional.element(), value, path);
        }
      }
      case Type.ListOf list -> {
        if (!value.isArray()) {
          throw unfit(path, "an array", value);
        }
        int mark = out.beginList();
        for (int i = 0; i < value.size(); i++) {
          write(list.element(), value.get(i), path + "[" + i + "]");
        }
        out.endList(mark, value.size());
      }
      case Type.MapOf map -> {
        if (!value.isObject()) {
          throw unfit(path, "an object", value);
        }
        int mark = out.beginList();
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
          key(map.key(), entry.getKey(), path + "[key]");
          write(map.value(), entry.getValue(), path + "[" + entry.getKey() + "]");
        }
        out.endList(mark, value.size());
      }
      case Type.Named named -> definition(named, value, path);
    }
  }

  private void key(Type type, String key, String path) throws IOException {
    boolean number = type instanceof Type.Scalar scalar && isInteger(scalar);
    JsonNode text = JsonNodeFactory.instance.stringNode(key);
    if (!number) {
      write(type, text, path);
    } else if (key.matches("-?[0-9]{1,19}")) {
      write(type, JsonNodeFactory.instance.numberNode(new BigInteger(key)), path);
    } else {
      throw unfit(path, "a whole number", text);
    }
  }

  private static boolean isInteger(Type.Scalar type) {
    return switch (type) {
      case BYTE, SHORT, INT, LONG -> true;
      default -> false;
    };
  }

  private void definition(Type.Named type, JsonNode value, String path) throws IOException {
    switch (description.at(type)) {
      case Structure structure -> {
        int mark = out.beginRecord();
        components(structure.components(), value, path);
        out.endRecord(mark);
      }
      case Enumeration enumeration ->
          out.putNumber(
              index(enumeration.constants(), text(value, path, "a constant's name"), path));
      case Choice choice -> {
        if (!value.isObject() || value.size() != 1) {
          throw unfit(path, "an object with one case and its value", value);
        }
        Map.Entry<String, JsonNode> chosen = value.properties().iterator().next();
        List<String> names = choice.cases().stream().map(c -> description.at(c).name()).toList();
        int number = index(names, chosen.getKey(), path);
        out.putNumber(number);
        write(choice.cases().get(number), chosen.getValue(), path + "(" + chosen.getKey() + ")");
      }
      case Interface service ->
          throw wrong(path, service.service() + " is an interface, which JSON can't pass");
    }
  }

  private static int index(List<String> names, String name, String path) {
    int index = names.indexOf(name);
    if (index < 0) {
      throw wrong(path, name + " is not one of " + names);
    }
    return index;
  }

  private static String text(JsonNode value, String path, String wanted) {
    if (!value.isString()) {
      throw unfit(path, wanted, value);
    }
    return value.stringValue();
  }

  private static long whole(JsonNode value, long least, long most, String path) {
    if (!value.isIntegralNumber()) {
      throw unfit(path, "a whole number", value);
    }
    if (!value.canConvertToLong() || value.longValue() < least || value.longValue() > most) {
      throw wrong(path, "a number from %d to %d is wanted".formatted(least, most));
    }
    return value.longValue();
  }

  private static double fraction(JsonNode value, String path) {
    if (value.isNumber()) {
      return value.doubleValue();
    }
    if (value.isString()) {
      switch (value.stringValue()) {
        case "NaN" -> {
          return Double.NaN;
        }
        case "Infinity" -> {
          return Double.POSITIVE_INFINITY;
        }
        case "-Infinity" -> {
          return Double.NEGATIVE_INFINITY;
        }
        default -> {}
      }
    }
    throw unfit(path, "a number, \"NaN\", \"Infinity\" or \"-Infinity\"", value);
  }

  private void scalar(Type.Scalar type, JsonNode value, String path) throws IOException {
    try {
      switch (type) {
        case BOOLEAN -> {
          if (!value.isBoolean()) {
            throw unfit(path, "true or false", value);
          }
          out.putBoolean(value.booleanValue());
        }
        case BYTE -> out.putByte((byte) whole(value, Byte.MIN_VALUE, Byte.MAX_VALUE, path));
        case SHORT -> out.putShort((short) whole(value, Short.MIN_VALUE, Short.MAX_VALUE, path));
        case INT -> out.putInt((int) whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE, path));
        case LONG -> out.putLong(whole(value, Long.MIN_VALUE, Long.MAX_VALUE, path));
        case FLOAT -> out.putFloat((float) fraction(value, path));
        case DOUBLE -> out.putDouble(fraction(value, path));
        case STRING -> out.putString(text(value, path, "a string"));
        case BYTES, SEGMENT ->
            out.putBytes(Base64.getDecoder().decode(text(value, path, "base64")));
        case INSTANT -> out.putInstant(Instant.parse(text(value, path, "an instant as text")));
        case UUID -> out.putUuid(UUID.fromString(text(value, path, "a UUID as text")));
        case FILE -> {
          out.giveRights();
          out.putFileRight(file(text(value, path, "a file's path"), path));
        }
        case MEMORY, PORT -> throw wrong(path, "a right, which JSON can't pass");
      }
    } catch (IllegalArgumentException | DateTimeException misfit) {
      throw new PortunusException(ErrorCode.USAGE, path + ": " + misfit.getMessage(), misfit);
    }
  }
}
