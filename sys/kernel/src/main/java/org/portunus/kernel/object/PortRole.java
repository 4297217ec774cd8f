// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.Optional;

/**
 * What a port was made for; never changes.
 *
 * @param kind what of it may be moved
 * @param enforcesReplyPorts a message to it has a reply port as its reply right, or none
 * @param donates messages raise the importance of the receiver
 * @param temporaryOwner importance goes to whoever receives next
 * @param service name of the service, of service and connection ports
 * @param returning the guard that a service port has again when it comes back to who asked for it
 */
record PortRole(
    Kind kind,
    boolean enforcesReplyPorts,
    boolean donates,
    boolean temporaryOwner,
    Optional<String> service,
    PortGuard returning) {
  /** Nothing special. */
  static final PortRole ORDINARY =
      new PortRole(Kind.ORDINARY, false, false, false, Optional.empty(), PortGuard.NONE);

  /** What of a port may be moved. */
  enum Kind {
    ORDINARY,
    /** Only send-once rights, made as a message's reply right; nothing of it moves otherwise. */
    REPLY,
    /** Taken for a reply port, without its rules. */
    PROVISIONAL_REPLY,
    SERVICE,
    /** Neither receive nor send rights move. */
    CONNECTION,
    /** Send rights go into the voucher slot of messages, and nowhere else. */
    VOUCHER
  }

  /** Of the port that a voucher is named by. */
  static final PortRole VOUCHER =
      new PortRole(Kind.VOUCHER, false, false, false, Optional.empty(), PortGuard.NONE);

  boolean isVoucher() {
    return kind == Kind.VOUCHER;
  }

  boolean isReply() {
    return kind == Kind.REPLY;
  }

  /** Whether it may be the reply right of a message to a port that asks for a reply port. */
  boolean servesAsReply() {
    return kind == Kind.REPLY || kind == Kind.PROVISIONAL_REPLY;
  }

  boolean sendIsImmovable() {
    return kind == Kind.CONNECTION;
  }

  boolean receiveIsImmovable() {
    return kind == Kind.REPLY || kind == Kind.CONNECTION;
  }
}
