// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.seccomp;

import org.portunus.linux.arch.Architecture;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.Layouts.SeccompData;

/**
 * What a filter sees of a call, {@code struct seccomp_data}; arguments that are missing are 0.
 *
 * @param number the system call's number
 * @param architecture {@code AUDIT_ARCH_*}
 */
public record CallData(
    int number, int architecture, long a, long b, long c, long d, long e, long f) {
  /** A call of this architecture without arguments. */
  public static CallData of(Call call) {
    return of(call.number());
  }

  /** A call of this architecture by number, without arguments. */
  public static CallData of(int number) {
    return new CallData(number, Architecture.current().auditNumber(), 0, 0, 0, 0, 0, 0);
  }

  /** The same call with its first three arguments. */
  public CallData with(long first, long second, long third) {
    return new CallData(number, architecture, first, second, third, d, e, f);
  }

  /** The 32-bit word at an offset of the structure. */
  int word(int offset) {
    return switch (offset) {
      case SeccompData.NUMBER -> number;
      case SeccompData.ARCHITECTURE -> architecture;
      default -> {
        int index = (offset - SeccompData.ARGUMENTS) / 8;
        long value =
            switch (index) {
              case 0 -> a;
              case 1 -> b;
              case 2 -> c;
              case 3 -> d;
              case 4 -> e;
              case 5 -> f;
              default -> throw new IllegalArgumentException("no word at " + offset);
            };
        yield (int) (offset % 8 == 0 ? value : value >>> 32);
      }
    };
  }
}
