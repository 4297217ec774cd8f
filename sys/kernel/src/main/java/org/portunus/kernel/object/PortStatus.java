// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

/**
 * Status of a receive right, as mach_port_status in mach/port.h.
 *
 * @param flags mask of MACH_PORT_STATUS_FLAG_*
 */
public record PortStatus(
    int makeSendCount,
    int sequenceNumber,
    int queueLimit,
    int messages,
    int sendOnceRights,
    boolean sendRights,
    boolean inSet,
    boolean portDestroyedRequest,
    boolean noSendersRequest,
    int flags) {
  private static final int TEMPORARY_OWNER = 0x01;
  private static final int GUARDED = 0x02;
  private static final int STRICT_GUARD = 0x04;
  private static final int IMPORTANCE_DONATION = 0x08;
  private static final int IMMOVABLE_RECEIVE = 0x40;

  static int flags(Port port) {
    PortGuard guard = port.guard();
    int flags = guard.guarded() ? GUARDED : 0;
    flags |= guard.strict() ? STRICT_GUARD : 0;
    flags |= guard.guarded() && port.isImmovable() ? IMMOVABLE_RECEIVE : 0;
    flags |= port.role().temporaryOwner() ? TEMPORARY_OWNER : 0;
    return flags | (port.role().donates() ? IMPORTANCE_DONATION : 0);
  }
}
