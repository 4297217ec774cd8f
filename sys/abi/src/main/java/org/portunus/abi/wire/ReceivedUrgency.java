// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.Optional;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.Qos;

/**
 * What stands before a {@link TrailedMessage} whose receiver asked for it by {@link
 * org.portunus.abi.mach.MessageOption#RCV_VOUCHER}.
 *
 * <pre>
 *   u8  QoS; 0: the message had none
 *   u8  1 if a voucher follows: i32 name
 * </pre>
 *
 * @param voucher this task's send right to it
 */
public record ReceivedUrgency(Qos qos, Optional<PortDescriptor> voucher) {
  /** Of a message whose receiver did not ask. */
  public static final ReceivedUrgency NONE = new ReceivedUrgency(Qos.UNSPECIFIED, Optional.empty());

  public void write(WireWriter out) {
    out.u8(qos.number()).u8(voucher.isPresent() ? 1 : 0);
    voucher.ifPresent(right -> out.i32(right.name()));
  }

  public static ReceivedUrgency read(WireReader in) throws MalformedFrameException {
    Qos qos = QosGrant.qos(in, "QoS");
    Optional<PortDescriptor> voucher =
        in.u8("voucher present") == 1
            ? Optional.of(new PortDescriptor(in.i32("voucher"), Disposition.MOVE_SEND))
            : Optional.empty();
    return new ReceivedUrgency(qos, voucher);
  }
}
