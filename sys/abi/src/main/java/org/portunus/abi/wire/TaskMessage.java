// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

/**
 * Message ids on the ports that stand for a task, numbered as mach/task.defs and
 * mach/mach_port.defs number the same routines. A reply has the id of its request plus {@link
 * #REPLY}; its data begin with an i32, the number of a {@link org.portunus.abi.mach.KernReturn}. A
 * port of a weaker flavour than the one named here answers INVALID_ARGUMENT.
 */
public final class TaskMessage {
  /** Added to a request's id in its reply. */
  public static final int REPLY = 100;

  /**
   * READ. Every name of the task. Data: i32 how many are known already. Reply: i32 count of all,
   * i32 count here, each i32 name, i32 type.
   */
  public static final int NAMES = 3200;

  /** CONTROL. End the task. */
  public static final int TERMINATE = 3401;

  /** NAME. Data: i32 flavour, one of TaskInfo's; INSPECT for all but who it is. Reply: the info. */
  public static final int INFO = 3405;

  /** READ. One more reason for its process to stop. NOT_SUPPORTED of a program outside. */
  public static final int SUSPEND = 3407;

  /** READ. One reason less; FAILURE if there is none. */
  public static final int RESUME = 3408;

  /**
   * INSPECT. Data: i32 number of a {@link org.portunus.abi.mach.SpecialPort}. Reply: one send
   * right, 0 for a port that is not set. INVALID_CAPABILITY for what a weaker flavour may not have.
   */
  public static final int GET_SPECIAL_PORT = 3409;

  /**
   * CONTROL. Data: i32 number; one send right, or none to set it to nobody. NO_ACCESS for KERNEL
   * and HOST.
   */
  public static final int SET_SPECIAL_PORT = 3410;

  /**
   * CONTROL. Who hears of its exceptions. Data: i32 mask of {@link
   * org.portunus.abi.mach.ExceptionKind}, i32 number of a {@link
   * org.portunus.abi.mach.ExceptionBehavior}, i32 state flavour, 0; one send right, or none for
   * nobody. INVALID_ARGUMENT for what there is not.
   */
  public static final int SET_EXCEPTION_PORTS = 3413;

  /**
   * CONTROL. Data: i32 mask. Reply: i32 count, each: i32 mask, i32 behaviour; as many send rights.
   */
  public static final int GET_EXCEPTION_PORTS = 3414;

  /**
   * CONTROL. Has the kernel hold less for the task. Data: {@link TaskLimits}. INVALID_VALUE if a
   * limit would grow. What the task has already, it keeps. Not one of XNU's.
   */
  public static final int LOWER_LIMITS = 3491;

  private TaskMessage() {}
}
