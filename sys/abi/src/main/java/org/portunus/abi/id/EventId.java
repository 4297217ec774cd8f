// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.id;

/**
 * Names a recorded event: boot epoch and 64-bit counter. Text form: {@code event-EPOCH-COUNTER},
 * decimal.
 *
 * @param epoch the boot epoch of the instance, a 32-bit unsigned number
 * @param counter never reused within an epoch
 */
public record EventId(int epoch, long counter) {
  private static final String PREFIX = "event";

  /**
   * @throws IllegalArgumentException if the text has another form
   */
  public static EventId parse(String text) {
    EpochCounter value = EpochCounter.parse(PREFIX, text);
    return new EventId(value.epoch(), value.counter());
  }

  /** A text that an error tells, with the id of the event that recorded it: {@code text (ID)}. */
  public String behind(String text) {
    return text + " (" + this + ")";
  }

  @Override
  public String toString() {
    return EpochCounter.format(PREFIX, epoch, counter);
  }
}
