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
   * Start a task. Data: {@link EventField} of what led to it, {@link LaunchRecord}; port
   * descriptors: the receive right of each of its services, which a refusal gives back;
   * descriptors: code image (fully sealed memfd), then the files of the record. Reply: i64 task;
   * descriptors: where its standard output and standard error are read, none if the kernel has no
   * descriptor left for them.
   */
  public static final int SPAWN = 3001;

  /** End a task. Data: i64 task, string reason, {@link EventField} of what led to it. */
  public static final int KILL = 3002;

  /** Where exits go. One port descriptor: a send right. Exits from before wait for it. */
  public static final int SET_EXIT_PORT = 3003;

  /** What the kernel holds, for each task. Reply: {@link KernelCounts}. */
  public static final int COUNTS = 3004;

  /**
   * Start a spare: a task that waits for its code. Data: a {@link LaunchRecord} of its {@link
   * LaunchClass} without services. Reply: as for {@link #SPAWN}.
   */
  public static final int PREPARE = 3005;

  /**
   * Make a spare that waits the task of a launch. Data: i64 task, then as for {@link #SPAWN}, and
   * likewise the port descriptors; descriptors: code image. Reply: i64 task, the same.
   */
  public static final int HAND_OVER = 3006;

  /**
   * Have a port outlive this task, known by a name. Data: string name; one port descriptor: a send
   * right.
   */
  public static final int KEEP = 3008;

  /**
   * Take what the launchd before kept by a name. Data: string name. Reply: i32 name of a send
   * right, 0 if there is none; u8, whether it is the receive right too; u8, a {@link Route}.
   */
  public static final int CLAIM = 3009;

  /**
   * The next task that runs, or whose end launchd has not taken note of. Data: i64 task that it
   * comes after. Reply: {@link Inheritance}, or nothing when there is no more; descriptors as for
   * {@link #SPAWN}.
   */
  public static final int INHERIT = 3010;

  /** What was kept and nobody has claimed is not needed. No data, no reply. */
  public static final int INHERITED = 3011;

  /** Launchd has taken note of a task's end. Data: i64 task; no reply. */
  public static final int EXIT_SEEN = 3012;

  /**
   * A port that stands for a task: {@link TaskMessage}. Data: i64 task, u8 number of a {@link
   * org.portunus.abi.mach.TaskFlavor}. Reply: one send right, none if there is no such task.
   */
  public static final int TASK_PORT = 3015;

  /** Longest name of {@link #KEEP}, bytes. */
  public static final int MAX_KEPT_NAME = 256;

  /** From the kernel to the exit port: a spare waits for its code. Data: i64 task. */
  public static final int SPARE_READY = 3051;

  /**
   * Ask a task to end in good order, which it may ignore. Data: i64 task, {@link EventField} of
   * what led to it; and i64 nanoseconds, after which it is killed if it lives, or nothing.
   */
  public static final int TERMINATE = 3007;

  /**
   * What links there are. Data: i64 connection that the answer begins after. Reply: {@link
   * LinkList}.
   */
  public static final int LINKS = 3020;

  /**
   * Revoke a link, or a relayed connection. Data: i64 connection, string reason. Reply: u8, whether
   * there was one.
   */
  public static final int REVOKE_LINK = 3021;

  /**
   * Say how connections to a port are carried from now on. Data: u8, a {@link Route}; one port
   * descriptor: a send right. Links to a port that becomes relayed end, so that their clients
   * connect anew. Reply: i32, how many connections end for this.
   */
  public static final int SET_ROUTE = 3022;

  /**
   * Which connections a task served that has ended. Data: i64 task. Reply: {@link
   * org.portunus.abi.crash.LastCalls}.
   */
  public static final int LAST_CALLS = 3030;

  /**
   * Keep the report of a task that died. Data: i64 task; descriptors: the report, a fully sealed
   * memfd of at most {@link org.portunus.abi.crash.CrashReport#MAX_BYTES} bytes.
   */
  public static final int CRASH_REPORT = 3031;

  /** What the tasks do and use. Reply, after a moment: {@link TaskLoads}. */
  public static final int LOADS = 3032;

  /**
   * The names of all tasks. Data: i32 how many of them are known already. Reply: {@link NameList}.
   */
  public static final int NAMES = 3033;

  /**
   * What happens to messages: the kernel notes it from the first question on, until nobody has
   * asked for some seconds. Data: {@link TraceQuestion}. Reply: {@link TraceList}.
   */
  public static final int TRACE = 3034;

  /** The largest id of a request. */
  public static final int LAST_REQUEST = 3049;

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
