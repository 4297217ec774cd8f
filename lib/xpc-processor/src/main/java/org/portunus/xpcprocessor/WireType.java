// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import javax.lang.model.element.TypeElement;

/**
 * A type of the closed set. Records, sealed interfaces and services are known by their element;
 * {@link TypeReader} has what is inside, so that types may contain themselves.
 */
sealed interface WireType {
  /** The type that the generated code declares; boxed, so that it can be a type argument. */
  TypeName javaType();

  /** The part of a method name that tells this type from others. */
  String label();

  /** A type without a type inside. */
  enum Scalar implements WireType {
    BOOLEAN("Boolean", 1, "java.lang.Boolean"),
    BYTE("Byte", 1, "java.lang.Byte"),
    SHORT("Short", 2, "java.lang.Short"),
    INT("Int", 4, "java.lang.Integer"),
    LONG("Long", 8, "java.lang.Long"),
    FLOAT("Float", 4, "java.lang.Float"),
    DOUBLE("Double", 8, "java.lang.Double"),
    STRING("String", 4, "java.lang.String"),
    BYTES("Bytes", 4, ""),
    INSTANT("Instant", 12, "java.time.Instant"),
    UUID("Uuid", 16, "java.util.UUID"),
    FILE("FileRight", 2, "org.portunus.system.xpc.FileRight"),
    MEMORY("MemoryRight", 2, "org.portunus.system.xpc.MemoryRight"),
    PORT("PortRight", 2, "org.portunus.system.xpc.PortRight");

    /** The end of the encoder's and the decoder's method names. */
    final String method;

    /** The fewest bytes of a value. */
    final int least;

    private final String className;

    Scalar(String method, int least, String className) {
      this.method = method;
      this.least = least;
      this.className = className;
    }

    @Override
    public TypeName javaType() {
      return this == BYTES ? TypeName.get(byte[].class) : ClassName.bestGuess(className);
    }

    @Override
    public String label() {
      return method;
    }

    boolean isKey() {
      return switch (this) {
        case BYTE, SHORT, INT, LONG, STRING, UUID -> true;
        case BOOLEAN, FLOAT, DOUBLE, BYTES, INSTANT, FILE, MEMORY, PORT -> false;
      };
    }
  }

  /** An enum. */
  record Enumeration(TypeElement element) implements WireType {
    @Override
    public TypeName javaType() {
      return ClassName.get(element);
    }

    @Override
    public String label() {
      return element.getSimpleName().toString();
    }
  }

  /** A record, or a declared exception, which travels like one. */
  record Structure(TypeElement element) implements WireType {
    @Override
    public TypeName javaType() {
      return ClassName.get(element);
    }

    @Override
    public String label() {
      return element.getSimpleName().toString();
    }
  }

  /** A sealed interface of records and enums. */
  record Choice(TypeElement element) implements WireType {
    @Override
    public TypeName javaType() {
      return ClassName.get(element);
    }

    @Override
    public String label() {
      return element.getSimpleName().toString();
    }
  }

  /** A service interface, which travels by reference. */
  record Reference(TypeElement element) implements WireType {
    @Override
    public TypeName javaType() {
      return ClassName.get(element);
    }

    @Override
    public String label() {
      return element.getSimpleName().toString();
    }
  }

  /** A list. */
  record ListOf(WireType element) implements WireType {
    @Override
    public TypeName javaType() {
      return ParameterizedTypeName.get(ClassName.get("java.util", "List"), element.javaType());
    }

    @Override
    public String label() {
      return "ListOf" + element.label();
    }
  }

  /** A map. */
  record MapOf(WireType key, WireType value) implements WireType {
    @Override
    public TypeName javaType() {
      return ParameterizedTypeName.get(
          ClassName.get("java.util", "Map"), key.javaType(), value.javaType());
    }

    @Override
    public String label() {
      return "MapOf" + key.label() + "To" + value.label();
    }
  }

  /** A value that may be absent. */
  record OptionalOf(WireType element) implements WireType {
    @Override
    public TypeName javaType() {
      return ParameterizedTypeName.get(ClassName.get("java.util", "Optional"), element.javaType());
    }

    @Override
    public String label() {
      return "OptionalOf" + element.label();
    }
  }
}
