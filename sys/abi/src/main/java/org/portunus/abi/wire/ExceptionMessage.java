// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import org.portunus.abi.mach.GuardException;

/**
 * Data of the message that a task's exception port gets, by {@link #ID}; nobody answers it.
 *
 * <pre>
 *   i32 exception, as EXC_* in mach/exception_types.h
 *   i64 code
 *   i64 subcode
 * </pre>
 *
 * <p>Of a guard (EXC_GUARD), bits of the code are: 63 to 61 the kind of guard, 60 to 32 the {@link
 * GuardException}, 31 to 0 the port's name; the subcode is the guard.
 */
public record ExceptionMessage(int exception, long code, long subcode) {
  /** Message id: mach_exception_raise in mach/mach_exc.defs. */
  public static final int ID = 2405;

  /** GUARD_TYPE_MACH_PORT. */
  private static final long MACH_PORT = 1;

  private static final int TYPE_AT = 61;
  private static final int FLAVOR_AT = 32;

  /** That of a broken guard. */
  public static ExceptionMessage ofGuard(int name, GuardException guard, long value) {
    return new ExceptionMessage(
        GuardException.EXCEPTION,
        MACH_PORT << TYPE_AT | (long) guard.number() << FLAVOR_AT | Integer.toUnsignedLong(name),
        value);
  }

  public byte[] toBytes() {
    return new WireWriter().i32(exception).i64(code).i64(subcode).toBytes();
  }

  public static ExceptionMessage read(byte[] data) throws MalformedFrameException {
    WireReader in = new WireReader(data);
    ExceptionMessage message =
        new ExceptionMessage(in.i32("exception"), in.i64("code"), in.i64("subcode"));
    in.end();
    return message;
  }
}
