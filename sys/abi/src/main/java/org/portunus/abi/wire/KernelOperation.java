// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a task can ask of the kernel on its kernel socket. Bodies are drawn in docs/protocol. Rare
 * and privileged operations are messages to the host port instead: see {@link HostMessage}.
 */
public enum KernelOperation {
  HELLO(1),
  PORT_ALLOCATE(2),
  PORT_INSERT_RIGHT(3),
  PORT_MOD_REFS(4),
  PORT_DEALLOCATE(5),
  PORT_DESTROY(6),
  PORT_GET_REFS(7),
  PORT_TYPE(8),
  PORT_GET_STATUS(9),
  PORT_SET_QUEUE_LIMIT(10),
  PORT_REQUEST_NOTIFICATION(11),
  PORT_MOVE_MEMBER(12),
  MESSAGE_SEND(13),
  MESSAGE_RECEIVE(14),
  /** Asks for one {@link #MESSAGE_AVAILABLE} event when the port has a message; takes none. */
  PORT_ARM(15),
  /** Event: an armed port has a message. */
  MESSAGE_AVAILABLE(16),
  /**
   * Makes a connection to the holder of the receive right, who has to meet the requirement if there
   * is one; the reply carries the client's end.
   */
  CONNECT(17),
  /** A call of the caller's connection is past its deadline. */
  CALL_OVERDUE(18),
  /** Event to a service: is this call still running? Answered by {@link #CALL_FINISHED}. */
  CALL_CANCEL(19),
  /** The overdue call has ended after all. */
  CALL_FINISHED(20),
  /** Start code: both filters are on, only then does the kernel send code. */
  TASK_READY(21),
  /** Reply to {@link #TASK_READY} by event: {@link StartOrder} and the code image. */
  TASK_START(22),
  /** The task has no open transaction and wants to end; the kernel stops delivering to it. */
  TASK_IDLE(23),
  /** The client is done with a connection; the kernel forgets it. */
  CONNECTION_CLOSED(24),
  /** Event: the task is to end in good order; if it does not in time it is killed. */
  TASK_TERMINATE(25),
  /** States what clients of a port have to be; the caller has its receive right. */
  PORT_REQUIRE(26),
  /** Makes memory of fixed size, writable until it is sealed; the reply carries it. */
  MEMORY_CREATE(27),
  /** Seals what {@link #MEMORY_CREATE} made against every change. */
  MEMORY_SEAL(28),
  /**
   * Gives the kernel the rights of a message, for who reads it: {@link RightsDeposit}. No reply.
   */
  RIGHTS_DEPOSIT(29),
  /** Takes the rights of a message that was read: {@link RightsClaim}. */
  RIGHTS_REDEEM(30),
  /** Takes back what the caller deposited for a message that was not sent after all. */
  RIGHTS_WITHDRAW(31),
  /** The rights of a message that was read and dropped are not wanted. No reply. */
  RIGHTS_DISCARD(32),
  /** How many of the caller's deposited rights nobody has taken yet. */
  RIGHTS_WAITING(33),
  /** Event to both ends: the kernel ended a connection. */
  CONNECTION_ENDED(34),
  /** The service of a connection of the caller's ended before it answered a call. No reply. */
  CALL_INTERRUPTED(35),
  /** Event to a service: how many calls has it taken? Answered by {@link #REPORT}. */
  REPORT_ASKED(36),
  /** How many calls a service has taken and answered: its own word. No reply is waited for. */
  REPORT(37),
  /** A service asks for its end of the link of a connection; the reply carries the memory. */
  LINK_OPEN(40),
  /** An end of a link has unmapped its memory and is done with it. */
  LINK_CLOSED(41),
  /** Event: the kernel revoked a link. Answered by {@link #LINK_CLOSED}, or the task is ended. */
  LINK_REVOKED(42),
  /** A new port with options: {@link PortOptions}. */
  PORT_CONSTRUCT(43),
  /** Ends a port whose guard the caller shows. */
  PORT_DESTRUCT(44),
  PORT_GUARD(45),
  PORT_UNGUARD(46),
  PORT_SWAP_GUARD(47),
  PORT_GET_CONTEXT(48),
  PORT_SET_CONTEXT(49),
  /** SUCCESS if the port is strictly guarded, by this guard. */
  PORT_ASSERT_GUARD(50),
  /** Flags of a receive right, as mps_flags in mach/port.h. */
  PORT_GET_FLAGS(51),
  /** The name of the service that a port is the port of. */
  PORT_GET_SERVICE(52),
  /** Whether a connection port belongs to a service port. */
  PORT_IS_CONNECTION_OF(53),
  PORT_ALLOCATE_NAME(54),
  /** Puts a receive right into a set, beside those that it is in. */
  PORT_INSERT_MEMBER(55),
  PORT_EXTRACT_MEMBER(56),
  /** Names of the members of a set. */
  PORT_GET_SET_STATUS(57),
  /** Says who hears of the caller's exceptions: {@link ExceptionMessage}. */
  TASK_SET_EXCEPTION_PORT(58),
  /** Every name of the caller, with its type. */
  PORT_NAMES(59),
  /** As {@link #MESSAGE_SEND}; refused for want of room, it arms the send-possible request. */
  MESSAGE_SEND_NOTIFY(60),
  /** As {@link #MESSAGE_RECEIVE}, with options of mach_msg: {@link TrailedMessage}. */
  MESSAGE_RECEIVE_OPTIONS(61),
  /** As {@link #MESSAGE_SEND}, with options and descriptors of mach_msg: {@link ComplexMessage}. */
  MESSAGE_SEND_OPTIONS(62),
  /** Interrupts a send or a receive of the caller's that waits. */
  MESSAGE_ABORT(63),
  /** Looks at a message of a port and leaves it there: mach_port_peek. */
  PORT_PEEK(64),
  /** A send right with fewer powers than another, under a name of its own: {@link SendPowers}. */
  PORT_DIMINISH(80),
  /** What a send right may do. */
  PORT_GET_POWERS(81),
  /** Lets nobody write what {@link #MEMORY_CREATE} made but who has it mapped for that already. */
  MEMORY_SHARE(82),
  /** Another make-send count for a receive right: mach_port_set_mscount. */
  PORT_SET_MSCOUNT(83),
  /** Another number for the next message of a receive right: mach_port_set_seqno. */
  PORT_SET_SEQNO(84),
  /** Send rights and requests of a port: mach_port_get_srights, mach_port_dnrequest_info. */
  PORT_GET_COUNTS(85),
  /** How many names the caller has, and may have: mach_port_space_basic_info. */
  SPACE_INFO(86),
  /** Seals what {@link #MEMORY_CREATE} made, and makes a memory entry of all of it. */
  MEMORY_ENTRY(87),
  /** A memory entry of a part of another, with no more protection. */
  MEMORY_PART(88),
  /** What a memory entry gives: the whole memory, or copies of some bytes. */
  MEMORY_OBTAIN(89),
  /** A send right to a port that stands for the caller: {@link TaskMessage}. */
  TASK_SELF(70),
  /** As {@link #MESSAGE_SEND_OPTIONS}, with a QoS and a voucher: {@link UrgentMessage}. */
  MESSAGE_SEND_QOS(65),
  /** How urgently the caller works: {@link QosStatus}. */
  TASK_GET_QOS(66),
  /** A voucher by its recipes: {@link VoucherRecipe}. */
  VOUCHER_CREATE(67),
  /** The content of an attribute of a voucher. */
  VOUCHER_EXTRACT(68),
  /**
   * {@link #MESSAGE_SEND} and, once that is done, {@link #MESSAGE_RECEIVE}, as mach_msg with both
   * options: i32 name to receive from, i64 its time-out in nanoseconds, {@link OutgoingMessage}.
   * The reply is of the receive, or of a send that failed.
   */
  MESSAGE_EXCHANGE(90),
  /** As {@link #PORT_ALLOCATE}, so many at once or none: u8 kind, u16 count; i32 each name. */
  PORT_ALLOCATE_ALL(91);

  private static final Map<Integer, KernelOperation> BY_NUMBER =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(KernelOperation::number, o -> o));

  private final int number;

  KernelOperation(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  public static Optional<KernelOperation> of(int number) {
    return Optional.ofNullable(BY_NUMBER.get(number));
  }
}
