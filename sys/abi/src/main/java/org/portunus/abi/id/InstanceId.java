// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.id;

import java.security.SecureRandom;
import java.util.HexFormat;

/** One run of the system: 128 random bits. Text form: 32 lower-case hexadecimal digits. */
public record InstanceId(long high, long low) {

  public static InstanceId random(SecureRandom random) {
    return new InstanceId(random.nextLong(), random.nextLong());
  }

  /**
   * @throws IllegalArgumentException if the text is not 32 lower-case hexadecimal digits
   */
  public static InstanceId parse(String text) {
    if (!text.matches("[0-9a-f]{32}")) {
      throw new IllegalArgumentException("an instance id is 32 lower-case hexadecimal digits");
    }
    return new InstanceId(
        HexFormat.fromHexDigitsToLong(text, 0, 16), HexFormat.fromHexDigitsToLong(text, 16, 32));
  }

  /** The epoch in the ids of its tasks and events. */
  public int epoch() {
    return (int) (low & Integer.MAX_VALUE);
  }

  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(high) + hex.toHexDigits(low);
  }
}
