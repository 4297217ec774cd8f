// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;

/** Values of the gallery's types from a seed. */
final class RandomValues {
  private static final int[] POINTS = {0, 'a', 0x7F, 0x80, 0x7FF, 0x800, 0xFFFD, 0xFFFF, 0x10FFFF};

  private final Random random;

  RandomValues(long seed) {
    this.random = new Random(seed);
  }

  Gallery.Everything everything() {
    return new Gallery.Everything(
        random.nextBoolean(),
        (byte) random.nextInt(),
        (short) random.nextInt(),
        random.nextInt(),
        random.nextLong(),
        Float.intBitsToFloat(random.nextInt()),
        Double.longBitsToDouble(random.nextLong()),
        random.nextBoolean(),
        random.nextLong(),
        text(),
        bytes(),
        instant(),
        new UUID(random.nextLong(), random.nextLong()),
        color(),
        optional(this::color),
        list(random::nextInt),
        list(() -> list(this::text)),
        optional(() -> list(random::nextBoolean)),
        new Gallery.Empty());
  }

  Gallery.Shape shape() {
    return switch (random.nextInt(3)) {
      case 0 -> new Gallery.Circle(random.nextInt(1000) / 8.0);
      case 1 -> new Gallery.Square(random.nextGaussian(), optional(this::color));
      default -> random.nextBoolean() ? Gallery.Special.NOWHERE : Gallery.Special.EVERYWHERE;
    };
  }

  Gallery.Tree tree(int depth) {
    List<Gallery.Tree> children = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0 && depth > 0; i--) {
      children.add(tree(depth - 1));
    }
    return new Gallery.Tree(
        text(), children, depth > 0 ? optional(() -> tree(depth - 1)) : Optional.empty());
  }

  Gallery.Expression expression(int depth) {
    return depth == 0 || random.nextInt(4) == 0
        ? new Gallery.Expression.Constant(random.nextInt())
        : new Gallery.Expression.Sum(expression(depth - 1), expression(depth - 1));
  }

  Gallery.Color color() {
    Gallery.Color[] colors = Gallery.Color.values();
    return colors[random.nextInt(colors.length)];
  }

  String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.appendCodePoint(
          random.nextBoolean() ? 'a' + random.nextInt(26) : POINTS[random.nextInt(POINTS.length)]);
    }
    return text.toString();
  }

  byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }

  private Instant instant() {
    return switch (random.nextInt(4)) {
      case 0 -> Instant.MIN;
      case 1 -> Instant.MAX;
      default -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
    };
  }

  <T> List<T> list(Supplier<T> element) {
    List<T> list = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      list.add(element.get());
    }
    return list;
  }

  private <T> Optional<T> optional(Supplier<T> value) {
    return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
  }
}
