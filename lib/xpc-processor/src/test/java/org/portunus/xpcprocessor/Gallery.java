// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.Idempotent;
import org.portunus.system.xpc.MemoryRight;
import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.Oneway;
import org.portunus.system.xpc.Service;

/** An interface with every type of the closed set. */
@Service("org.portunus.test.gallery")
public interface Gallery {
  @MethodId(1)
  Everything echo(Everything value);

  @MethodId(2)
  Shape grow(Shape shape, List<Shape> others) throws TooLarge, Unwanted;

  @MethodId(3)
  Tree mirror(Tree tree);

  @MethodId(4)
  Map<Color, Map<Long, List<Optional<String>>>> maps(
      Map<String, Integer> words, Map<UUID, byte[]> blobs, Map<Byte, Map<Short, Double>> numbers);

  @MethodId(5)
  long measure(FileRight first, Optional<FileRight> second);

  @MethodId(6)
  FileRight pass(FileRight file);

  @MethodId(7)
  @Oneway
  void forget(UUID out, String in);

  @MethodId(8)
  int watch(Listener listener, int times);

  @MethodId(9)
  Expression reduce(Expression expression);

  @MethodId(10)
  CompletionStage<Everything> echoLater(Everything value);

  @MethodId(11)
  CompletionStage<Shape> growLater(Shape shape) throws TooLarge, Unwanted;

  @MethodId(12)
  CompletionStage<FileRight> passLater(FileRight in, Optional<Listener> out);

  @MethodId(13)
  @Idempotent
  CompletionStage<Void> nothingLater();

  @MethodId(14)
  @Idempotent
  long again(long value);

  @MethodId(15)
  MemoryRight swap(FileRight file, MemoryRight first, Optional<MemoryRight> second);

  @MethodId(65535)
  void nothing();

  /** Passed by reference. */
  @Service("org.portunus.test.listener")
  interface Listener {
    @MethodId(1)
    void progress(int step, Optional<String> text);
  }

  /** A key. */
  enum Color {
    RED,
    GREEN,
    BLUE
  }

  /** Every scalar, primitive and boxed. */
  record Everything(
      boolean flag,
      byte small,
      short medium,
      int number,
      long large,
      float real,
      double precise,
      Boolean boxedFlag,
      Long boxedLarge,
      String text,
      byte[] data,
      Instant when,
      UUID id,
      Color color,
      Optional<Color> maybe,
      List<Integer> numbers,
      List<List<String>> lines,
      Optional<List<Boolean>> flags,
      Empty in) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Everything e
          && flag == e.flag
          && small == e.small
          && medium == e.medium
          && number == e.number
          && large == e.large
          && Float.floatToRawIntBits(real) == Float.floatToRawIntBits(e.real)
          && Double.doubleToRawLongBits(precise) == Double.doubleToRawLongBits(e.precise)
          && boxedFlag.equals(e.boxedFlag)
          && boxedLarge.equals(e.boxedLarge)
          && text.equals(e.text)
          && Arrays.equals(data, e.data)
          && when.equals(e.when)
          && id.equals(e.id)
          && color == e.color
          && maybe.equals(e.maybe)
          && numbers.equals(e.numbers)
          && lines.equals(e.lines)
          && flags.equals(e.flags)
          && in.equals(e.in);
    }

    @Override
    public int hashCode() {
      return Objects.hash(text, id, number);
    }
  }

  /** A record without components. */
  record Empty() {}

  /** A case can be a record or an enum. */
  sealed interface Shape permits Circle, Square, Special {}

  /** A case that refuses some values. */
  record Circle(double radius) implements Shape {
    public Circle {
      if (radius < 0) {
        throw new IllegalArgumentException("a radius is not negative");
      }
    }
  }

  /** A case. */
  record Square(double side, Optional<Color> color) implements Shape {}

  /** Cases without components. */
  enum Special implements Shape {
    NOWHERE,
    EVERYWHERE
  }

  /** Contains itself by list and optional. */
  record Tree(String name, List<Tree> children, Optional<Tree> next) {}

  /** Contains itself by another case. */
  sealed interface Expression {
    /** Ends the recursion. */
    record Constant(int value) implements Expression {}

    /** Two of them. */
    record Sum(Expression left, Expression right) implements Expression {}
  }

  /** A declared exception with a message and more. */
  final class TooLarge extends Exception {
    private static final long serialVersionUID = 1L;
    private final double limit;
    private final transient List<Color> colors;

    public TooLarge(String message, double limit, List<Color> colors) {
      super(message);
      this.limit = limit;
      this.colors = colors;
    }

    public double limit() {
      return limit;
    }

    public List<Color> colors() {
      return colors;
    }
  }

  /** A declared exception without anything. */
  class Unwanted extends Exception {
    private static final long serialVersionUID = 1L;

    public Unwanted() {}
  }
}
