// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.description;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.wire.MalformedFrameException;

/**
 * A service interface with every type that its calls carry. Types name each other by their place in
 * the list; the first definition is the service's own interface. docs/protocol/values.md has the
 * text's form.
 */
public record Description(List<Definition> definitions) {
  /** Longest text, bytes of UTF-8: one frame. */
  public static final int MAX_BYTES = 64 * 1024;

  /** Most definitions. */
  public static final int MAX_DEFINITIONS = 1024;

  /** First line of the text. */
  public static final String HEAD = "portunus-description-1";

  /** Something that has a name. */
  public sealed interface Definition {
    /** The simple name of the Java type. */
    String name();
  }

  /**
   * A service interface.
   *
   * @param service what {@code @Service} says
   * @param methods by rising id
   */
  public record Interface(String name, String service, List<Method> methods) implements Definition {
    /** The method with this number. */
    public Optional<Method> method(int id) {
      return methods.stream().filter(method -> method.id() == id).findFirst();
    }
  }

  /** A record, or an exception by its constructor. */
  public record Structure(String name, List<Component> components) implements Definition {}

  /** An enum. */
  public record Enumeration(String name, List<String> constants) implements Definition {}

  /** A sealed interface; each case is a record or an enum. */
  public record Choice(String name, List<Type.Named> cases) implements Definition {}

  /** How a call of a method ends. */
  public enum Ending {
    REPLY,
    /** With a reply; and the call may be made again when its fate is unknown. */
    IDEMPOTENT,
    ONE_WAY
  }

  /**
   * A method.
   *
   * @param result empty for void
   * @param exceptions records; the first is outcome 1
   */
  public record Method(
      int id,
      String name,
      List<Component> parameters,
      Optional<Type> result,
      List<Type.Named> exceptions,
      Ending ending) {}

  /** Whether a component may be missing at the end of an older sender's record. */
  public enum Presence {
    ALWAYS,
    /** It has a default. */
    IF_SENT
  }

  /** A parameter, or a component of a record. */
  public record Component(String name, Type type, Presence presence) {}

  /** The service's own interface. */
  public Interface root() {
    return (Interface) definitions.getFirst();
  }

  /** What stands at a place. */
  public Definition at(Type.Named type) {
    return definitions.get(type.place());
  }

  /** Reads a text; every deviation from the form is named with its line. */
  public static Description read(String text) throws MalformedFrameException {
    return new DescriptionReader(text).read();
  }

  /** Reads what a peer sent. */
  public static Description read(byte[] text) throws MalformedFrameException {
    if (text.length > MAX_BYTES) {
      throw new MalformedFrameException("description of " + text.length + " bytes");
    }
    try {
      return read(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString());
    } catch (CharacterCodingException malformed) {
      throw new MalformedFrameException("the description is not UTF-8");
    }
  }
}
