// SPDX-License-Identifier: Apache-2.0
package portunus.probe.mach;

import java.util.List;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.mach.TaskFlavor;
import org.portunus.abi.mach.TrailerElements;
import org.portunus.abi.mach.VoucherKey;
import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.Service;

/** One task's kernel socket, operation by operation. Names are those of its own space. */
@Service("portunus.probe.mach")
public interface MachTask {
  /** Counter of its task id. */
  @MethodId(1)
  long task();

  /** Its process, as the process itself sees it. */
  @MethodId(2)
  long pid();

  /**
   * The port of a service that this task was started for, out of the set that it takes connections
   * from: from now on messages to it are for {@link #receive}.
   */
  @MethodId(3)
  int door(String service) throws MachRefusal;

  /** A send right to a service's port. */
  @MethodId(4)
  int lookUp(String service) throws MachRefusal;

  @MethodId(5)
  int allocate(RightKind kind) throws MachRefusal;

  @MethodId(6)
  void insertRight(int name, int right, Disposition disposition) throws MachRefusal;

  @MethodId(7)
  void modRefs(int name, RightKind kind, int delta) throws MachRefusal;

  @MethodId(8)
  void deallocate(int name) throws MachRefusal;

  @MethodId(9)
  void destroy(int name) throws MachRefusal;

  @MethodId(10)
  int getRefs(int name, RightKind kind) throws MachRefusal;

  @MethodId(11)
  int type(int name) throws MachRefusal;

  @MethodId(12)
  void setQueueLimit(int name, int messages) throws MachRefusal;

  /** Asks for a notification at a port of this task. */
  @MethodId(13)
  void request(int name, NotificationKind kind, int sync, int notify) throws MachRefusal;

  @MethodId(14)
  void moveMember(int member, int set) throws MachRefusal;

  /**
   * @param message an {@link org.portunus.abi.wire.OutgoingMessage}
   */
  @MethodId(15)
  void send(byte[] message) throws MachRefusal;

  /**
   * Waits for a message this long; refused with RCV_TIMED_OUT when none came.
   *
   * @return an {@link org.portunus.abi.wire.IncomingMessage}
   */
  @MethodId(16)
  byte[] receive(int name, long nanos) throws MachRefusal;

  /** Arms a port and waits until the kernel says that it has a message, which it takes not. */
  @MethodId(17)
  void armAndWait(int name) throws MachRefusal;

  /** A connection to whoever holds the receive right; closed at once. Its number. */
  @MethodId(18)
  long connect(int name) throws MachRefusal;

  /**
   * A port with options.
   *
   * @param flags mask of {@link org.portunus.abi.mach.PortOption}
   * @param servicePort with CONNECTION_PORT
   */
  @MethodId(19)
  int construct(int flags, int queueLimit, String service, int servicePort, long context)
      throws MachRefusal;

  @MethodId(20)
  void destruct(int name, int difference, long guard) throws MachRefusal;

  @MethodId(21)
  void guard(int name, long guard, long flags) throws MachRefusal;

  @MethodId(22)
  void unguard(int name, long guard) throws MachRefusal;

  @MethodId(23)
  void swapGuard(int name, long guard, long next) throws MachRefusal;

  @MethodId(24)
  long context(int name) throws MachRefusal;

  @MethodId(25)
  void setContext(int name, long context) throws MachRefusal;

  @MethodId(26)
  void assertGuard(int name, long guard) throws MachRefusal;

  /** Mask of MACH_PORT_STATUS_FLAG_*. */
  @MethodId(27)
  int flags(int name) throws MachRefusal;

  @MethodId(28)
  String service(int name) throws MachRefusal;

  @MethodId(29)
  void allocateName(RightKind kind, int name) throws MachRefusal;

  @MethodId(30)
  void insertMember(int member, int set) throws MachRefusal;

  @MethodId(31)
  void extractMember(int member, int set) throws MachRefusal;

  @MethodId(32)
  List<Integer> members(int set) throws MachRefusal;

  /** The task's exceptions go where this send right leads; 0 for nowhere. */
  @MethodId(33)
  void setExceptionPort(int port) throws MachRefusal;

  /** The eight words of PORT_GET_STATUS. */
  @MethodId(34)
  List<Integer> status(int name) throws MachRefusal;

  /**
   * Asks for a notification by any right.
   *
   * @param notify 0 takes the request back
   * @return the right of the request before, if there was one
   */
  @MethodId(35)
  List<Integer> replaceRequest(
      int name, NotificationKind kind, int sync, int notify, Disposition disposition)
      throws MachRefusal;

  /** Arms a port; {@link #awaitArmed} waits until the kernel says that it has a message. */
  @MethodId(36)
  void arm(int name) throws MachRefusal;

  @MethodId(37)
  void awaitArmed(int name) throws MachRefusal;

  /** Name of the bootstrap port. */
  @MethodId(38)
  int bootstrap();

  /** Every name of the task's space. */
  @MethodId(39)
  List<Integer> names() throws MachRefusal;

  /** As {@link #send}; refused for want of room, it arms the send-possible request. */
  @MethodId(40)
  void sendOrNotify(byte[] message) throws MachRefusal;

  /**
   * Receives with options.
   *
   * @param question a {@link org.portunus.abi.wire.ReceiveQuestion}
   * @return a {@link org.portunus.abi.wire.TrailedMessage}, with what is in its memory objects
   */
  @MethodId(41)
  MachAnswer receiveWithOptions(byte[] question);

  /**
   * Sends with options.
   *
   * @param message a {@link org.portunus.abi.wire.ComplexMessage}
   * @param memory what is in its memory objects, which this task makes
   * @return {@link org.portunus.abi.wire.ReturnedNames} if it came back
   */
  @MethodId(42)
  MachAnswer sendWithOptions(byte[] message, List<byte[]> memory);

  /**
   * Looks at a message.
   *
   * @return its number, size and id
   */
  @MethodId(43)
  List<Integer> peek(int name, int sequence, TrailerElements elements) throws MachRefusal;

  /** The same receive or send on a thread that is interrupted while it waits. */
  @MethodId(44)
  MachAnswer receiveInterrupted(byte[] question);

  @MethodId(45)
  MachAnswer sendInterrupted(byte[] message);

  /** Another send right with fewer powers; its name. */
  @MethodId(60)
  int diminish(int name, Disposition disposition, Powers powers) throws MachRefusal;

  @MethodId(61)
  Powers powers(int name) throws MachRefusal;

  /** A send right to its own port of a flavour. */
  @MethodId(64)
  int taskSelf(TaskFlavor flavor) throws MachRefusal;

  /**
   * Asks a port that stands for a task.
   *
   * @param right a send right that goes along; 0 for none
   * @return an {@link org.portunus.abi.wire.IncomingMessage}
   */
  @MethodId(65)
  byte[] askTask(int port, int id, byte[] data, int right) throws MachRefusal;

  /** Suspend count, names, messages and bytes of a task, by a right to it. */
  @MethodId(66)
  List<Long> usageOf(int port) throws MachRefusal;

  /** Names of a task, by a right to it. */
  @MethodId(67)
  List<Integer> namesOf(int port) throws MachRefusal;

  /**
   * Sends with a QoS.
   *
   * @param message an {@link org.portunus.abi.wire.UrgentMessage} without memory objects
   */
  @MethodId(75)
  MachAnswer sendUrgent(byte[] message);

  /**
   * Receives with options, RCV_VOUCHER among them.
   *
   * @return a {@link org.portunus.abi.wire.ReceivedUrgency}, then a {@link
   *     org.portunus.abi.wire.TrailedMessage}
   */
  @MethodId(76)
  MachAnswer receiveUrgent(byte[] question);

  /** Its own QoS, its ceiling, and what it works at. */
  @MethodId(77)
  List<Qos> qos();

  /**
   * Answers one request after the other, each after so much work, until every asker was told to
   * stop. These are told once so many requests were answered after two classes had asked.
   *
   * @return the classes of those requests, in order
   */
  @MethodId(78)
  List<Integer> serve(int port, int requests, int askers, long nanosOfWork);

  /**
   * Asks on so many threads, each one request after the other, until it is told to stop.
   *
   * @return how many were answered
   */
  @MethodId(79)
  int askUntilStopped(int to, Qos qos, int askers);

  /**
   * A voucher.
   *
   * @param recipes a list of {@link org.portunus.abi.wire.VoucherRecipe}
   */
  @MethodId(80)
  int createVoucher(byte[] recipes) throws MachRefusal;

  /** The content of an attribute of a voucher. */
  @MethodId(81)
  byte[] voucherContent(int voucher, VoucherKey key) throws MachRefusal;

  /**
   * Computes on so many threads from now on until the time {@code until}.
   *
   * @param from when what counts begins, as {@code until} by System.nanoTime, which all processes
   *     of a machine share on Linux
   * @return how much came of it, in a unit of its own
   */
  @MethodId(82)
  long compute(int threads, long from, long until);

  @MethodId(62)
  void setMakeSendCount(int name, int count) throws MachRefusal;

  @MethodId(63)
  void setSequence(int name, int sequence) throws MachRefusal;

  /** Send rights, names, and names with a request, of a port. */
  @MethodId(83)
  List<Integer> counts(int name) throws MachRefusal;

  /** How many names this task may have, and has. */
  @MethodId(84)
  List<Integer> space() throws MachRefusal;

  /** What a task finds out about memory that it has the kernel make. */
  @MethodId(90)
  String memory(MemoryTrial trial);

  /**
   * Sends messages to a port until the kernel refuses one.
   *
   * @return the name of the result, and what the refusal says
   */
  @MethodId(91)
  List<String> sendUntilRefused(int port);

  /**
   * Looks a service up and asks the kernel for names, without pause, on so many threads until it is
   * stopped. Returns once each of them has begun.
   */
  @MethodId(92)
  void startCalls(String service, int threads);

  /** Stops that; how many calls there were, none of them refused. */
  @MethodId(93)
  long stopCalls() throws MachRefusal;
}
