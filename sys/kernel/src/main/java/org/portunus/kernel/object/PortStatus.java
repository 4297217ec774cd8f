// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

/** Status of a receive right, as mach_port_status in mach/port.h. */
public record PortStatus(
    int makeSendCount,
    int sequenceNumber,
    int queueLimit,
    int messages,
    int sendOnceRights,
    boolean sendRights,
    boolean inSet,
    boolean portDestroyedRequest,
    boolean noSendersRequest) {}
