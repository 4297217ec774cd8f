// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.error;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Every error that one part of the system can report to another. The number travels, the dotted
 * name is what people and JSON see. Neither is ever reused; a retired one stays listed.
 */
public enum ErrorCode {
  // 1xx: the other end and the connection to it.
  INTERRUPTED(
      100,
      "xpc.interrupted",
      "the service died, was killed or stopped while the call was in flight; whether the call took"
          + " effect is unknown",
      "call again if the method may run twice; the next call starts the service again"),
  INVALID(
      101,
      "xpc.invalid",
      "the connection is gone for good: it was closed, its name does not exist, or its peer is"
          + " gone",
      "open a new connection"),
  DEADLINE(
      102,
      "limit.time",
      "the call did not end before its deadline; the service was asked to cancel it",
      "allow more time, or give the service less work in one call"),
  CANCELLED(103, "xpc.cancelled", "the caller cancelled the call", "nothing to do"),
  INSTANCE_ENDED(
      104,
      "instance.ended",
      "the kernel task of this instance ended, and with it every task of the instance",
      "start the instance again; its log says why it ended"),
  NAME_UNKNOWN(
      105,
      "bootstrap.unknown",
      "no job of this instance offers a service of this name",
      "check the MachServices of the loaded jobs with: portunus status"),
  LAUNCH_FAILED(
      106,
      "launch.failed",
      "the service could not be started",
      "the message says which step failed; portunus logs has the details"),
  THROTTLED(
      107,
      "launch.throttled",
      "the service crashed too often in a short time and waits before its next start",
      "look for the reason of the crashes in portunus logs; try again after the stated time"),
  SERVICE_FAULT(
      108,
      "xpc.fault",
      "the service's code ended the call with an exception that its interface does not declare",
      "the message has the exception as told by the service; repair the service"),

  PEER_REQUIREMENT(
      109,
      "xpc.requirement",
      "the other end is not who this end, or this end not who the other, requires it to be",
      "the message says what was found and what was wanted; correct the requirement or the bundle"),
  TERMINATION_IMMINENT(
      110,
      "xpc.terminating",
      "the process of the object is about to end and takes no more calls; this call had no effect",
      "get the object anew from its service: the next call of the service starts it again"),
  PAGER_LOST(
      120,
      "pager.lost",
      "who supplies the pages of this memory died, was late, or answered wrongly; pages that were not"
          + " there by then are lost",
      "open the memory again; the cause says what its pager did"),
  RIGHT_EXPIRED(
      127,
      "right.expired",
      "the right was given for a time, and that is up",
      "ask whoever gave the right for another"),
  RIGHT_DIMINISHED(
      128,
      "right.diminished",
      "the right was given for some of what its port offers, and this is not among it",
      "the message says what was tried; ask whoever gave the right for one that allows it"),

  // 2xx: a peer that does not keep to the protocol. The connection ends.
  PROTOCOL(
      200,
      "protocol.violation",
      "the peer sent something that the protocol does not allow",
      "the message names the field; the peer is broken or hostile"),
  VERSION(
      201,
      "protocol.version",
      "the two sides have no protocol version in common",
      "upgrade the older side; both version ranges are in the message"),
  INTERFACE_MISMATCH(
      202,
      "protocol.interface",
      "client and service were built from versions of the interface that do not fit together",
      "the message names what differs; undo that change, or build both sides from the same"
          + " interface"),
  UNKNOWN_METHOD(
      203,
      "protocol.method",
      "the other end does not know the method: its interface is older, or the method was removed",
      "upgrade the other end, or call only what it has: portunus xpc describe lists that"),
  DECODE(
      204,
      "protocol.decode",
      "an argument or a result could not be decoded",
      "the message names the field and what was wrong with it"),
  RIGHT_REFUSED(
      205,
      "right.refused",
      "the descriptor is not what a right of this kind may be",
      "pass a regular file opened for reading"),
  LINK_UNCONFIRMED(
      206,
      "link.unconfirmed",
      "the kernel revoked a link, and a task went on to hold its memory, so the task was ended",
      "the task is broken, hostile or was stopped; the next call starts a service again"),
  UNKNOWN_VALUE(
      207,
      "protocol.unknown",
      "an older end got an enum constant, a case or an exception that only the newer interface has",
      "build the older end from the newer interface, or do not send it that value"),

  // 3xx: limits. The message says which, its value, and who filled it.
  LIMIT_MEMORY(
      300,
      "limit.memory",
      "the work needed more memory than the service is granted",
      "raise Heap or Memory in the job's Portunus dictionary, or reject such input"),
  LIMIT_MESSAGE(
      301,
      "limit.message",
      "the message is larger than the connection allows",
      "pass it as one `byte[]` or `MemorySegment` of 1 to 256 MiB, or as a FileRight"),
  LIMIT_CALLS(
      302,
      "limit.calls",
      "too many calls of this connection are unanswered",
      "wait for replies before sending more"),
  LIMIT_EXPORTS(
      303,
      "limit.exports",
      "too many objects of this connection are passed by reference",
      "drop references that are no longer used"),
  LIMIT_DEPTH(
      304,
      "limit.depth",
      "a value is nested too deeply, or the code that worked on it ran out of stack",
      "flatten the value"),
  LIMIT_PORTS(
      305,
      "limit.ports",
      "the task's name table is full",
      "release rights that are no longer used"),
  LIMIT_QUEUE(
      306,
      "limit.queue",
      "the port's queue is full",
      "wait until its receiver has taken messages, or send with a time-out"),
  LIMIT_DESCRIPTORS(
      307,
      "limit.descriptors",
      "too many descriptors are in one message or in the kernel's custody for this task",
      "send fewer rights at once"),
  LIMIT_TASKS(
      308,
      "limit.tasks",
      "the instance runs as many tasks as it may",
      "stop some, or raise the limit of the instance"),
  LIMIT_CPU(
      309,
      "limit.cpu",
      "the task used up the processor time that it is granted",
      "raise CPU in the job's Portunus dictionary"),
  LIMIT_PEERS(
      310,
      "limit.peers",
      "too many programs outside the instance are connected to it",
      "end some of them"),
  LIMIT_CONNECTIONS(
      311,
      "limit.connections",
      "the task holds as many connections as it may",
      "close those that are no longer used"),
  LIMIT_BACKLOG(
      312,
      "limit.backlog",
      "the task does not read what the kernel answers",
      "read the kernel socket"),

  // 4xx: refusals and configuration.
  DENIED(
      400,
      "policy.denied",
      "the caller does not hold the right to do this",
      "ask the administrator for the right"),
  PLIST_KEY(
      401,
      "launchd.key",
      "the property list has a key that is not supported",
      "remove the key; the message says why it is refused"),
  PLIST_VALUE(
      402,
      "launchd.value",
      "a value of the property list is wrong",
      "the message names the key and what is allowed"),
  BUNDLE(
      403,
      "bundle.refused",
      "the bundle is damaged or not allowed",
      "the message names the file and the rule"),
  SANDBOX(
      404,
      "sandbox.incomplete",
      "a layer of the sandbox did not take effect, so the task was not started",
      "portunus doctor says what this machine lacks"),
  MACHINE(
      405,
      "machine.lacks",
      "this machine lacks something that Portunus needs",
      "portunus doctor says what, and what to do"),
  USAGE(406, "usage", "the command line is wrong", "see --help of the verb"),
  EVENT_UNKNOWN(
      407,
      "event.unknown",
      "the log has no such event",
      "portunus why lists the latest events; name the instance with --run or --instance"),
  INSTALL_BUSY(
      420,
      "install.busy",
      "another process changes the installation",
      "wait until it has ended, then try again"),
  INSTALLATION(
      421,
      "install.refused",
      "the installation can't be made, changed or removed as asked",
      "the message says what is in the way"),
  IN_USE(
      422,
      "install.used",
      "an instance of the installation's owner runs a version that would go",
      "end the instance first"),
  DEBUG_REFUSED(
      430,
      "debug.refused",
      "the service does not run in development mode, so nobody looks inside it",
      "on a machine for development, set Development to true in the job's Portunus dictionary"),
  PLUGIN(
      440,
      "plugin.refused",
      "a plug-in can't be carried as it is",
      "the message names methods and types; --omit leaves a method out (docs/plug-ins.md)"),
  NATIVE(
      450,
      "native.refused",
      "the code loads a native library that its bundle does not declare or its job does not grant",
      "list it in the bundle's NativeLibraries, and grant NativeLibraries in the job's Portunus"
          + " dictionary"),

  // 5xx: Mach's own results are numbers of their own: see KernReturn.
  SYSTEM_CALL(
      500, "linux.error", "a system call failed", "the message names the call and the errno");

  private static final Map<Integer, ErrorCode> BY_NUMBER =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(ErrorCode::number, c -> c));

  private final int number;
  private final String dotted;
  private final String cause;
  private final String fix;

  ErrorCode(int number, String dotted, String cause, String fix) {
    this.number = number;
    this.dotted = dotted;
    this.cause = cause;
    this.fix = fix;
  }

  /** The number that travels. */
  public int number() {
    return number;
  }

  /** The name that people and JSON see, such as {@code limit.memory}. */
  public String dotted() {
    return dotted;
  }

  /** What went wrong, one clause. */
  public String cause() {
    return cause;
  }

  /** What to do about it, one clause. */
  public String fix() {
    return fix;
  }

  /** The code with this number; empty for a number that this version does not know. */
  public static Optional<ErrorCode> of(int number) {
    return Optional.ofNullable(BY_NUMBER.get(number));
  }
}
