// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.mach;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Results of kernel operations, numbered as KERN_* in mach/kern_return.h and MACH_SEND_*,
 * MACH_RCV_* in mach/message.h. They are expected results, not faults: the caller decides.
 */
public enum KernReturn {
  SUCCESS(0),
  FAILURE(5),
  NO_SPACE(3),
  INVALID_ARGUMENT(4),
  RESOURCE_SHORTAGE(6),
  NAME_EXISTS(13),
  INVALID_NAME(15),
  INVALID_TASK(16),
  INVALID_RIGHT(17),
  INVALID_VALUE(18),
  UREFS_OVERFLOW(19),
  INVALID_CAPABILITY(20),
  RIGHT_EXISTS(21),
  OPERATION_TIMED_OUT(49),
  DENIED(53),
  SEND_INVALID_DATA(0x10000002),
  SEND_INVALID_DEST(0x10000003),
  SEND_TIMED_OUT(0x10000004),
  SEND_INVALID_RIGHT(0x1000000a),
  SEND_MSG_TOO_SMALL(0x10000008),
  SEND_INVALID_REPLY(0x10000009),
  SEND_NO_BUFFER(0x1000000d),
  SEND_TOO_LARGE(0x1000000e),
  SEND_INVALID_HEADER(0x10000010),
  RCV_INVALID_NAME(0x10004002),
  RCV_TIMED_OUT(0x10004003),
  RCV_TOO_LARGE(0x10004004),
  RCV_PORT_CHANGED(0x10004006),
  RCV_PORT_DIED(0x10004009),
  RCV_IN_SET(0x1000400a);

  private static final Map<Integer, KernReturn> BY_NUMBER =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(KernReturn::number, r -> r));

  private final int number;

  KernReturn(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  public static Optional<KernReturn> of(int number) {
    return Optional.ofNullable(BY_NUMBER.get(number));
  }
}
