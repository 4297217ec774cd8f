// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.call;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.portunus.linux.arch.Call;

/**
 * The one native call: syscall(2), and by the same handle the few functions of the C library that
 * have no system call of their own.
 *
 * <p>Results are the value or the negative error number. Nothing is retried here: {@code EINTR}
 * comes back. Any thread may call; a call that can block must not run on a virtual thread.
 *
 * <p>There is one handle of one method type (address, seven longs) because each further type costs
 * milliseconds at start.
 */
public final class SystemCall {
  private static final StructLayout CAPTURE_LAYOUT = Linker.Option.captureStateLayout();
  // Read by offset: a VarHandle of a layout path costs milliseconds to make.
  private static final long ERRNO =
      CAPTURE_LAYOUT.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
  private static final Linker LINKER = Linker.nativeLinker();

  @SuppressWarnings("restricted") // the module's one native handle
  private static final MethodHandle NATIVE =
      LINKER.downcallHandle(
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG),
          Linker.Option.firstVariadicArg(1),
          Linker.Option.captureCallState("errno"));

  private static final MemorySegment SYSCALL = function("syscall");
  // One errno cell a thread, so that a call allocates nothing.
  private static final ThreadLocal<MemorySegment> CAPTURE = new CaptureCell();

  private static final class CaptureCell extends ThreadLocal<MemorySegment> {
    @Override
    protected MemorySegment initialValue() {
      return Arena.ofAuto().allocate(CAPTURE_LAYOUT);
    }
  }

  private SystemCall() {}

  private static MemorySegment function(String name) {
    Optional<MemorySegment> address = LINKER.defaultLookup().find(name);
    if (address.isEmpty()) {
      throw new UnsatisfiedLinkError("the C library has no " + name + "; glibc is needed");
    }
    return address.get();
  }

  public static long invoke(Call call) {
    return invoke(call.number(), 0, 0, 0, 0, 0, 0);
  }

  public static long invoke(Call call, long a) {
    return invoke(call.number(), a, 0, 0, 0, 0, 0);
  }

  public static long invoke(Call call, long a, long b) {
    return invoke(call.number(), a, b, 0, 0, 0, 0);
  }

  public static long invoke(Call call, long a, long b, long c) {
    return invoke(call.number(), a, b, c, 0, 0, 0);
  }

  public static long invoke(Call call, long a, long b, long c, long d) {
    return invoke(call.number(), a, b, c, d, 0, 0);
  }

  public static long invoke(Call call, long a, long b, long c, long d, long e) {
    return invoke(call.number(), a, b, c, d, e, 0);
  }

  public static long invoke(Call call, long a, long b, long c, long d, long e, long f) {
    return invoke(call.number(), a, b, c, d, e, f);
  }

  /**
   * Performs the system call with this number; addresses are passed as longs, and the caller keeps
   * their segments alive.
   *
   * @return the value, or the negative error number
   */
  public static long invoke(int number, long a, long b, long c, long d, long e, long f) {
    MemorySegment capture = CAPTURE.get();
    // SAFETY: syscall(2) is variadic after its number and takes at most six longs.
    long result = perform(SYSCALL, capture, number, a, b, c, d, e, f);
    return result == -1 ? -capture.get(ValueLayout.JAVA_INT, ERRNO) : result;
  }

  private static long perform(
      MemorySegment function,
      MemorySegment capture,
      long a,
      long b,
      long c,
      long d,
      long e,
      long f,
      long g) {
    try {
      return (long) NATIVE.invokeExact(function, capture, a, b, c, d, e, f, g);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new AssertionError("a downcall threw a checked exception", impossible);
    }
  }

  /**
   * A function of the C library that takes at most six integers or addresses and returns an int;
   * for what has no system call, such as posix_spawn(3).
   */
  public static final class LibraryFunction {
    private final MemorySegment address;

    private LibraryFunction(MemorySegment address) {
      this.address = address;
    }

    /**
     * Finds the function.
     *
     * @throws UnsatisfiedLinkError when the C library has none of this name
     */
    public static LibraryFunction of(String name) {
      return new LibraryFunction(function(name));
    }

    /** Calls it and returns its int result as it is. */
    public int invoke(long a, long b, long c, long d, long e, long f) {
      // SAFETY: on x86-64 integer arguments travel in registers, those a function does not declare
      // are ignored, a seventh stays on the caller's stack, and al (set for variadic calls) is
      // scratch; an int result is the low half of the register.
      return (int) perform(address, CAPTURE.get(), a, b, c, d, e, f, 0);
    }
  }
}
