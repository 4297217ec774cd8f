// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.description;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.portunus.system.xpc.description.Description.Choice;
import org.portunus.system.xpc.description.Description.Component;
import org.portunus.system.xpc.description.Description.Enumeration;
import org.portunus.system.xpc.description.Description.Interface;
import org.portunus.system.xpc.description.Description.Structure;

/**
 * Whether a value can bring an interface along, which no receiver may leave out unread: nobody
 * would give the reference back.
 */
final class ReferenceSearch {
  private final Description description;
  private final Set<Type.Named> seen = new HashSet<>();
  private final Deque<Type> left = new ArrayDeque<>();

  ReferenceSearch(Description description) {
    this.description = description;
  }

  boolean isIn(Type type) {
    left.add(type);
    while (!left.isEmpty()) {
      switch (left.remove()) {
        case Type.Scalar _ -> {}
        case Type.ListOf list -> left.add(list.element());
        case Type.OptionalOf optional -> left.add(optional.element());
        case Type.MapOf map -> left.add(map.value());
        case Type.Named named -> {
          if (seen.add(named) && isReference(named)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private boolean isReference(Type.Named named) {
    switch (description.at(named)) {
      case Interface _ -> {
        return true;
      }
      case Structure structure ->
          structure.components().stream().map(Component::type).forEach(left::add);
      case Choice choice -> left.addAll(choice.cases());
      case Enumeration _ -> {}
    }
    return false;
  }
}
