// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.mach;

import java.util.Locale;
import java.util.Optional;

/**
 * How urgent work is, numbered as the QoS classes of a Mach message's priority. A larger number is
 * more urgent.
 */
public enum Qos {
  /** Nothing was said: the receiver works as it does anyway. */
  UNSPECIFIED(0),
  MAINTENANCE(1),
  BACKGROUND(2),
  UTILITY(3),
  DEFAULT(4),
  USER_INITIATED(5),
  USER_INTERACTIVE(6);

  private static final Qos[] ALL = values();

  /** How many there are. */
  public static final int COUNT = ALL.length;

  private final int number;

  Qos(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  public static Optional<Qos> of(int number) {
    return number >= 0 && number < COUNT ? Optional.of(ALL[number]) : Optional.empty();
  }

  /** The one that a property list names so; never the unspecified one. */
  public static Optional<Qos> ofWord(String word) {
    for (Qos qos : ALL) {
      if (qos != UNSPECIFIED && qos.word().equals(word)) {
        return Optional.of(qos);
      }
    }
    return Optional.empty();
  }

  /** As people write it: {@code user-initiated}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public boolean isAbove(Qos other) {
    return number > other.number;
  }

  /** The more urgent one. */
  public Qos or(Qos other) {
    return isAbove(other) ? this : other;
  }

  /** The less urgent one. */
  public Qos atMost(Qos ceiling) {
    return isAbove(ceiling) ? ceiling : this;
  }
}
