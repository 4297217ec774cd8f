// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.description;

import java.util.Locale;

/** A type where it is used. */
public sealed interface Type {
  /** A type without a type inside. */
  enum Scalar implements Type {
    BOOLEAN,
    BYTE,
    SHORT,
    INT,
    LONG,
    FLOAT,
    DOUBLE,
    STRING,
    BYTES,
    SEGMENT,
    INSTANT,
    UUID,
    FILE,
    MEMORY,
    PORT;

    /** The word in the text. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A list. */
  record ListOf(Type element) implements Type {}

  /** A map. */
  record MapOf(Type key, Type value) implements Type {}

  /** A value that may be absent. */
  record OptionalOf(Type element) implements Type {}

  /** The definition at a place of the description. */
  record Named(int place) implements Type {}
}
