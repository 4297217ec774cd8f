// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.description;

/** Types as people read them. */
public final class TypeText {
  private TypeText() {}

  /** A type, with its definition's simple name. */
  public static String of(Description description, Type type) {
    return switch (type) {
      case Type.Scalar scalar -> scalar.word();
      case Type.ListOf list -> "list<" + of(description, list.element()) + ">";
      case Type.OptionalOf optional -> "optional<" + of(description, optional.element()) + ">";
      case Type.MapOf map ->
          "map<" + of(description, map.key()) + "," + of(description, map.value()) + ">";
      case Type.Named named -> description.at(named).name();
    };
  }
}
