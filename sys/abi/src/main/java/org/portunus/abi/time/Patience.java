// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.time;

import java.time.Duration;

/**
 * How much longer than usual the parts of an instance wait for each other's start, for machines
 * that are many times slower, such as emulated ones. Only waiting gets longer: no limit of a task
 * and no right depends on it.
 *
 * @param factor 1, as usual, to {@value #MOST}
 */
public record Patience(int factor) {
  /** The system property of the tool, the broker and the kernel task. */
  public static final String PROPERTY = "portunus.patience";

  /** The highest factor. */
  public static final int MOST = 20;

  public Patience {
    if (factor < 1 || factor > MOST) {
      throw new IllegalArgumentException("patience is 1 to " + MOST + ", not " + factor);
    }
  }

  /**
   * What this process was started with; 1 without the property.
   *
   * @throws IllegalArgumentException when it is no number or out of range
   */
  public static Patience ofThisProcess() {
    return new Patience(Integer.parseInt(System.getProperty(PROPERTY, "1")));
  }

  /** The usual time, as many times. */
  public Duration of(Duration usual) {
    return usual.multipliedBy(factor);
  }

  /** The option for a Java machine that this process starts. */
  public String option() {
    return "-D" + PROPERTY + "=" + factor;
  }
}
