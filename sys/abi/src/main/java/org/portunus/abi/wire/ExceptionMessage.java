// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import org.portunus.abi.mach.ExceptionBehavior;
import org.portunus.abi.mach.GuardException;

/**
 * Data of the message that a task's exception port gets, by {@link #ID}; nobody answers it.
 *
 * <pre>
 *   i32 exception, as EXC_* in mach/exception_types.h
 *   i64 code
 *   i64 subcode
 *   i64 task
 * </pre>
 *
 * <p>Its sender is the kernel, by its audit token, or it is forged. It brings one send right, to a
 * port that stands for the task, as the {@link ExceptionBehavior} says; of a crash that is dead as
 * soon as the task is.
 *
 * <p>Of a crash (EXC_CRASH), bits 31 to 24 of the code are the signal, 0 if there was none, and
 * bits 19 to 0 the exit status. Of a guard (EXC_GUARD), bits of the code are: 63 to 61 the kind of
 * guard, 60 to 32 the {@link GuardException}, 31 to 0 the port's name; the subcode is the guard.
 */
public record ExceptionMessage(int exception, long code, long subcode, long task) {
  /** Message id: mach_exception_raise in mach/mach_exc.defs. */
  public static final int ID = 2405;

  /** GUARD_TYPE_MACH_PORT. */
  private static final long MACH_PORT = 1;

  private static final int TYPE_AT = 61;
  private static final int FLAVOR_AT = 32;
  private static final int SIGNAL_AT = 24;
  private static final long STATUS = 0xfffff;

  /** The code of a broken guard; the subcode is the guard. */
  public static long guardCode(int name, GuardException guard) {
    return MACH_PORT << TYPE_AT | (long) guard.number() << FLAVOR_AT | Integer.toUnsignedLong(name);
  }

  /** The code of a crash. */
  public static long crashCode(int signal, int status) {
    return ((signal & 0xffL) << SIGNAL_AT) | (status & STATUS);
  }

  /** The signal that ended a task; 0 if none did. */
  public int signal() {
    return (int) ((code >> SIGNAL_AT) & 0xff);
  }

  /** The exit status of a task that crashed. */
  public int status() {
    return (int) (code & STATUS);
  }

  public byte[] toBytes() {
    return new WireWriter().i32(exception).i64(code).i64(subcode).i64(task).toBytes();
  }

  public static ExceptionMessage read(byte[] data) throws MalformedFrameException {
    WireReader in = new WireReader(data);
    ExceptionMessage message =
        new ExceptionMessage(
            in.i32("exception"), in.i64("code"), in.i64("subcode"), in.i64("task"));
    in.end();
    return message;
  }
}
