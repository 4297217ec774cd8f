// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.mach;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Results of kernel operations, numbered as KERN_* in mach/kern_return.h and MACH_SEND_*,
 * MACH_RCV_* in mach/message.h; those of XNU's results that this system gives. They are expected
 * results, not faults: the caller decides.
 */
public enum KernReturn {
  SUCCESS(0),
  /** MIG_BAD_ARGUMENTS: a port of the kernel's can't read the request. */
  BAD_ARGUMENTS(-304),
  /** MIG_BAD_ID: a port of the kernel's knows no such request. */
  BAD_ID(-303),
  NO_SPACE(3),
  INVALID_ARGUMENT(4),
  FAILURE(5),
  RESOURCE_SHORTAGE(6),
  NO_ACCESS(8),
  ALREADY_IN_SET(11),
  NOT_IN_SET(12),
  NAME_EXISTS(13),
  ABORTED(14),
  INVALID_NAME(15),
  INVALID_TASK(16),
  INVALID_RIGHT(17),
  INVALID_VALUE(18),
  UREFS_OVERFLOW(19),
  INVALID_CAPABILITY(20),
  RIGHT_EXISTS(21),
  TERMINATED(37),
  NOT_SUPPORTED(46),
  OPERATION_TIMED_OUT(49),
  INSUFFICIENT_BUFFER_SIZE(52),
  DENIED(53),
  SEND_INVALID_DATA(0x10000002),
  SEND_INVALID_DEST(0x10000003),
  SEND_TIMED_OUT(0x10000004),
  SEND_INVALID_VOUCHER(0x10000005),
  SEND_INTERRUPTED(0x10000007),
  SEND_MSG_TOO_SMALL(0x10000008),
  SEND_INVALID_REPLY(0x10000009),
  SEND_INVALID_RIGHT(0x1000000a),
  SEND_INVALID_NOTIFY(0x1000000b),
  SEND_INVALID_MEMORY(0x1000000c),
  SEND_NO_BUFFER(0x1000000d),
  SEND_TOO_LARGE(0x1000000e),
  SEND_INVALID_TYPE(0x1000000f),
  SEND_INVALID_HEADER(0x10000010),
  SEND_INVALID_TRAILER(0x10000011),
  SEND_INVALID_OPTIONS(0x10000013),
  SEND_NO_GRANT_DEST(0x10000016),
  SEND_MSG_FILTERED(0x10000017),
  SEND_AUX_TOO_SMALL(0x10000018),
  SEND_AUX_TOO_LARGE(0x10000019),
  /** Ours: the time of the diminished right that the message was to go by is up. */
  SEND_EXPIRED(0x10000100),
  RCV_INVALID_NAME(0x10004002),
  RCV_TIMED_OUT(0x10004003),
  RCV_TOO_LARGE(0x10004004),
  RCV_INTERRUPTED(0x10004005),
  RCV_PORT_CHANGED(0x10004006),
  RCV_INVALID_NOTIFY(0x10004007),
  RCV_INVALID_DATA(0x10004008),
  RCV_PORT_DIED(0x10004009),
  RCV_IN_SET(0x1000400a),
  RCV_HEADER_ERROR(0x1000400b),
  RCV_BODY_ERROR(0x1000400c),
  RCV_INVALID_TRAILER(0x1000400f),
  RCV_INVALID_ARGUMENTS(0x10004013);

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
