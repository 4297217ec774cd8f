// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc;

import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.wire.AuditToken;

/** Something that whoever runs a program may want to know of its connections. */
public sealed interface XpcEvent {
  /** The kernel's number of the connection. */
  long connection();

  /** The name of the interface, empty as long as the peer has not said it. */
  String service();

  /**
   * A service took a connection; the hello is still to come.
   *
   * @param client who asked for it, as the kernel knows it
   */
  record Accepted(long connection, String service, AuditToken client) implements XpcEvent {}

  /** Both sides have said hello. */
  record Opened(long connection, String service) implements XpcEvent {}

  /**
   * The connection is gone; PROTOCOL when the peer broke the rules.
   *
   * @param detail for people
   */
  record Ended(long connection, String service, ErrorCode code, String detail)
      implements XpcEvent {}

  /**
   * A call of the peer to this side did not end well.
   *
   * @param detail as the peer gets it
   */
  record CallFailed(
      long connection, String service, long call, int method, ErrorCode code, String detail)
      implements XpcEvent {}

  /** A call to the peer met its deadline; it was asked to cancel. */
  record Overdue(long connection, String service, long call, int method) implements XpcEvent {}

  /** The peer said that it answers what it has and then ends. */
  record TerminationImminent(long connection, String service) implements XpcEvent {}

  /** An idempotent call was interrupted and is made again, over this connection. */
  record Repeated(long connection, String service, int method) implements XpcEvent {}
}
