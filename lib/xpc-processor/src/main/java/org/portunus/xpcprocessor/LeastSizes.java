// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.portunus.xpcprocessor.ServiceModel.Method;
import org.portunus.xpcprocessor.ServiceModel.Value;
import org.portunus.xpcprocessor.WireType.Scalar;

/**
 * The fewest bytes that a value of a type has. A list's count is checked against it before an
 * element is read. The least solution of the sums over types that contain each other; a type that
 * never gets a finite one has no value at all.
 */
final class LeastSizes {
  /** More than any message; sums stay below the largest int. */
  private static final int INFINITE = 1 << 28;

  private final TypeReader reader;
  private final Map<WireType, Integer> named = new HashMap<>();

  LeastSizes(TypeReader reader) {
    this.reader = reader;
  }

  int of(WireType type) {
    Set<WireType> inside = new LinkedHashSet<>();
    collect(type, inside);
    settle(inside);
    return size(type);
  }

  /** Names of the types of an interface that have no finite value. */
  List<String> infinite(ServiceModel service) {
    Set<WireType> inside = new LinkedHashSet<>();
    for (Method method : service.methods()) {
      method.parameters().forEach(p -> collect(p.type(), inside));
      method.result().ifPresent(r -> collect(r.type(), inside));
      method.exceptions().forEach(e -> collect(e, inside));
    }
    settle(inside);
    List<String> names = new ArrayList<>();
    for (WireType type : inside) {
      if (size(type) >= INFINITE) {
        names.add(String.valueOf(type.javaType()));
      }
    }
    return names;
  }

  private void settle(Set<WireType> types) {
    for (WireType type : types) {
      named.putIfAbsent(type, INFINITE);
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (WireType type : types) {
        int size = inside(type);
        if (size < named.getOrDefault(type, INFINITE)) {
          named.put(type, size);
          changed = true;
        }
      }
    }
  }

  private int inside(WireType type) {
    long sum =
        switch (type) {
          case WireType.Structure structure ->
              4
                  + reader.shape(structure).components().stream()
                      .filter(c -> c.ifAbsent().isEmpty())
                      .mapToLong(c -> size(c.type()))
                      .sum();
          case WireType.Choice choice ->
              2 + reader.cases(choice).stream().mapToLong(this::size).min().orElse(INFINITE);
          default -> size(type);
        };
    return (int) Math.min(INFINITE, sum);
  }

  private int size(WireType type) {
    return switch (type) {
      case Scalar scalar -> scalar.least;
      case WireType.Enumeration enumeration -> 2;
      case WireType.Reference reference -> 4;
      case WireType.ListOf list -> 4;
      case WireType.MapOf map -> 4;
      case WireType.OptionalOf optional -> 1;
      case WireType.Structure structure -> named.getOrDefault(structure, INFINITE);
      case WireType.Choice choice -> named.getOrDefault(choice, INFINITE);
    };
  }

  private void collect(WireType type, Set<WireType> into) {
    switch (type) {
      case WireType.Structure structure -> {
        if (into.add(structure)) {
          for (Value component : reader.shape(structure).components()) {
            collect(component.type(), into);
          }
        }
      }
      case WireType.Choice choice -> {
        if (into.add(choice)) {
          reader.cases(choice).forEach(c -> collect(c, into));
        }
      }
      case WireType.ListOf list -> collect(list.element(), into);
      case WireType.OptionalOf optional -> collect(optional.element(), into);
      case WireType.MapOf map -> {
        collect(map.key(), into);
        collect(map.value(), into);
      }
      case Scalar scalar -> {}
      case WireType.Enumeration enumeration -> {}
      case WireType.Reference reference -> {}
    }
  }
}
