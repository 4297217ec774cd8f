// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.dynamic;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.portunus.system.xpc.IfAbsent;
import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.Oneway;
import org.portunus.system.xpc.Service;

/** Has a value of every kind that JSON can pass. */
@Service("portunus.described")
public interface Described {
  /** An enum. */
  enum Kind {
    TEXT,
    PICTURE
  }

  /** A sealed interface. */
  sealed interface Shape permits Dot, Circle, Kind2 {}

  /** A case without components. */
  record Dot() implements Shape {}

  /** A case with one. */
  record Circle(double radius) implements Shape {}

  /** A case that is an enum. */
  enum Kind2 implements Shape {
    SQUARE
  }

  /** Everything. */
  record All(
      boolean bool,
      byte small,
      short shorter,
      int number,
      long large,
      float single,
      double fraction,
      String text,
      byte[] bytes,
      Instant at,
      UUID id,
      Kind kind,
      List<Shape> shapes,
      Map<Long, String> names,
      Optional<All> inside,
      @IfAbsent("7") int added) {}

  /** What it throws. */
  final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    public Refused(String message) {
      super(message);
    }
  }

  @MethodId(1)
  All echo(All all);

  @MethodId(2)
  void refuse(String why) throws Refused;

  @MethodId(3)
  @Oneway
  void note(int number);

  @MethodId(4)
  int noted();

  @MethodId(5)
  Described self();

  @MethodId(6)
  void pass(Described other);
}
