// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

/**
 * Message ids on the host port, which only launchd holds. A reply has the id of its request plus
 * {@link #REPLY}; its data begin with an i32: 0, or the number of an ErrorCode followed by a
 * string.
 */
public final class HostMessage {
  /** Added to a request's id in its reply. */
  public static final int REPLY = 100;

  /**
   * Start a task. Data: {@link LaunchRecord}; descriptors: code image (fully sealed memfd),
   * standard output, standard error. Reply: i64 task.
   */
  public static final int SPAWN = 3001;

  /** End a task. Data: i64 task, string reason. */
  public static final int KILL = 3002;

  /** Where exits go. One port descriptor: a send right. Exits from before wait for it. */
  public static final int SET_EXIT_PORT = 3003;

  /** What the kernel holds, for each task. Reply: {@link KernelCounts}. */
  public static final int COUNTS = 3004;

  /**
   * Start a spare: a task that waits for its code. Data: a {@link LaunchRecord} of its {@link
   * LaunchClass} without services; descriptors: standard output, standard error. Reply: i64 task.
   */
  public static final int PREPARE = 3005;

  /**
   * Make a spare that waits the task of a launch. Data: i64 task, then as for {@link #SPAWN};
   * descriptors: code image. Reply: i64 task, the same.
   */
  public static final int HAND_OVER = 3006;

  /** From the kernel to the exit port: a spare waits for its code. Data: i64 task. */
  public static final int SPARE_READY = 3051;

  /** Ask a task to end in good order, which it may ignore. Data: i64 task. */
  public static final int TERMINATE = 3007;

  /**
   * What links there are. Data: i64 connection that the answer begins after. Reply: {@link
   * LinkList}.
   */
  public static final int LINKS = 3020;

  /** Revoke a link. Data: i64 connection, string reason. Reply: u8, whether there was one. */
  public static final int REVOKE_LINK = 3021;

  /** From the kernel to the exit port. Data: {@link TaskExit}. */
  public static final int TASK_EXITED = 3050;

  /**
   * From the kernel to a service port: a client asks for a connection. Data: i64 connection, then
   * nothing; one descriptor, the service's end; the sender's audit token is the client's.
   */
  public static final int CONNECTION_REQUEST = 3060;

  private static final int FIRST_NOTIFICATION = 64;
  private static final int LAST_NOTIFICATION = 79;
  private static final int FIRST_OF_KERNEL = 3050;
  private static final int LAST_OF_KERNEL = 3099;

  private HostMessage() {}

  /**
   * Whether only the kernel sends messages of this id: notifications, exits, connection requests. A
   * task that tries gets SEND_INVALID_HEADER, so nobody can forge one.
   */
  public static boolean isKernels(int id) {
    return (id >= FIRST_NOTIFICATION && id <= LAST_NOTIFICATION)
        || (id >= FIRST_OF_KERNEL && id <= LAST_OF_KERNEL);
  }
}
