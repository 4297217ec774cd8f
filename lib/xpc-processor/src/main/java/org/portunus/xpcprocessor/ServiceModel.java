// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.TypeElement;

/**
 * A service interface that keeps to the rules.
 *
 * @param name the value of its annotation
 * @param methods by rising id
 */
record ServiceModel(TypeElement element, String name, List<Method> methods) {
  ClassName interfaceName() {
    return ClassName.get(element);
  }

  /** How a call ends. */
  enum Kind {
    WITH_REPLY,
    /** With a reply that the caller and the service get to by a stage. */
    STAGED,
    ONE_WAY
  }

  /** Whether a call may be made again when its fate is unknown. */
  enum Repetition {
    NEVER,
    ONCE
  }

  /**
   * A method.
   *
   * @param result empty for void; of a staged method what its stage ends with
   * @param exceptions in the order of the throws clause; the first is outcome 1
   */
  record Method(
      int id,
      String name,
      Kind kind,
      Repetition repetition,
      List<Value> parameters,
      Optional<Value> result,
      List<WireType.Structure> exceptions) {}

  /**
   * A parameter, a result, or a component of a record or exception.
   *
   * @param declared the type as written, primitive or boxed
   * @param ifAbsent of a component that was added: the value that stands for it
   */
  record Value(String name, TypeName declared, WireType type, Optional<CodeBlock> ifAbsent) {
    Value(String name, TypeName declared, WireType type) {
      this(name, declared, type, Optional.empty());
    }
  }

  /**
   * What a record or exception is made of, in the order of its constructor.
   *
   * @param accessors the methods that give the components
   */
  record Shape(List<Value> components, List<String> accessors) {}
}
