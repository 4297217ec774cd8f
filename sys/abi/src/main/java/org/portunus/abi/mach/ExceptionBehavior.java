// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.mach;

import java.util.Arrays;
import java.util.Optional;

/**
 * What an exception message brings, numbered as EXCEPTION_* in mach/exception_types.h. Those with
 * the state of a thread are not here.
 */
public enum ExceptionBehavior {
  /** A right to the task's control port. */
  DEFAULT(1, TaskFlavor.CONTROL),
  /** A right that says who the task is, and no more: its name port. */
  IDENTITY_PROTECTED(4, TaskFlavor.NAME);

  /** MACH_EXCEPTION_CODES: codes of 64 bits. Others are not sent here. */
  public static final int CODES = 0x80000000;

  private final int number;
  private final TaskFlavor flavor;

  ExceptionBehavior(int number, TaskFlavor flavor) {
    this.number = number;
    this.flavor = flavor;
  }

  /** As a task says it, with {@link #CODES}. */
  public int number() {
    return number | CODES;
  }

  /** The port of the task that goes with the message. */
  public TaskFlavor flavor() {
    return flavor;
  }

  public static Optional<ExceptionBehavior> of(int number) {
    return Arrays.stream(values()).filter(each -> each.number() == number).findFirst();
  }
}
