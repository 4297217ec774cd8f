// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;

/**
 * What mach_port_get_attributes tells of a receive right: {@code mach_port_status} of mach/port.h.
 *
 * @param makeSendCount send rights made since it was last set
 * @param sequenceNumber of the next message
 * @param queueLimit messages
 * @param messageCount messages in the queue
 * @param sendOnceRights how many exist
 */
public record PortStatus(
    int makeSendCount,
    int sequenceNumber,
    int queueLimit,
    int messageCount,
    int sendOnceRights,
    SendRights sendRights,
    Request portDestroyed,
    Request noSenders) {

  /** Whether any send right exists. */
  public enum SendRights {
    NONE,
    SOME
  }

  /** Whether a notification of a kind is asked for. */
  public enum Request {
    ABSENT,
    PRESENT
  }

  static PortStatus read(WireReader in) throws MalformedFrameException {
    int makeSend = in.i32("make-send count");
    int sequence = in.i32("sequence number");
    int limit = in.i32("queue limit");
    int messages = in.i32("messages");
    int sendOnce = in.i32("send-once rights");
    SendRights rights = in.u8("send rights") == 0 ? SendRights.NONE : SendRights.SOME;
    Request destroyed = in.u8("port destroyed") == 0 ? Request.ABSENT : Request.PRESENT;
    Request senders = in.u8("no senders") == 0 ? Request.ABSENT : Request.PRESENT;
    return new PortStatus(
        makeSend, sequence, limit, messages, sendOnce, rights, destroyed, senders);
  }
}
