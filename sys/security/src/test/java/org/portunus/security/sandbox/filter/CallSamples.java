// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.filter;

import java.util.ArrayList;
import java.util.List;
import org.portunus.linux.arch.Call;
import org.portunus.linux.seccomp.CallData;

/**
 * Calls to try: every number with arguments that are harmless, and both sides of each condition.
 */
final class CallSamples {
  static final int NUMBERS = 1024;
  static final int X86_64 = 0xC000003E;
  static final int I386 = 0x40000003;
  static final int X32 = 0x40000000;
  private static final long THREAD = 0x3D0F00;

  private CallSamples() {}

  /** Numbers 0 to 1023 of an ABI, all arguments -1. */
  static List<CallData> numbers(int architecture, int bit) {
    List<CallData> list = new ArrayList<>();
    for (int number = 0; number < NUMBERS; number++) {
      list.add(new CallData(number | bit, architecture, -1, -1, -1, -1, -1, -1));
    }
    return list;
  }

  private static CallData call(Call call, long a, long b, long c) {
    return new CallData(call.number(), X86_64, a, b, c, -1, -1, -1);
  }

  /** Conditional calls whose effect in a child of its own is nothing. */
  static List<CallData> conditional() {
    List<CallData> list = new ArrayList<>();
    for (long flags :
        List.of(
            0L, 17L, 0x10000000L, THREAD | 0x10000000L, THREAD & ~0x10000L, 0x4111L, 0x20000L)) {
      list.add(call(Call.CLONE, flags, 0, 0));
    }
    for (long command = 0; command < 17; command++) {
      list.add(call(Call.FCNTL, -1, command, 0));
    }
    for (long command = 1024; command < 1042; command++) {
      list.add(call(Call.FCNTL, -1, command, 0));
    }
    for (long request : List.of(0x5401L, 0x541BL, 0x5412L, 0x541CL, 0x40086602L, 0x5421L)) {
      list.add(call(Call.IOCTL, -1, request, 0));
      list.add(call(Call.IOCTL, -1, request | 1L << 32, 0));
    }
    for (long option = 1; option < 80; option++) {
      list.add(call(Call.PRCTL, option, -1, -1));
    }
    list.add(call(Call.PRCTL, 4, 0, 0));
    list.add(call(Call.PRCTL, 4, 1, 0));
    list.add(call(Call.PRCTL, 4, 1L << 32, 0));
    list.add(call(Call.PRCTL, 0x53564D41L, -1, -1));
    list.add(call(Call.PRCTL, 0x59616D61L, -1, -1));
    list.add(call(Call.PRLIMIT64, 0, -1, 0));
    list.add(call(Call.PRLIMIT64, 1, -1, 0));
    for (long flags : List.of(0L, 1L, 8L, 9L, 16L, 17L)) {
      list.add(call(Call.SECCOMP, 1, flags, 0));
    }
    list.add(call(Call.SECCOMP, 0, 0, 0));
    list.add(call(Call.SECCOMP, 2, 0, 0));
    list.add(call(Call.ARCH_PRCTL, 0x1001, -1, 0));
    list.add(call(Call.ARCH_PRCTL, 0x1012, 0, 0));
    for (long flags : List.of(0L, 3L, 4L, 8L, 0x10L, 0xBL, 0x13L)) {
      list.add(call(Call.MEMFD_CREATE, 0, flags, 0));
    }
    return list;
  }
}
