// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.Optional;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.Qos;

/**
 * Body of {@link KernelOperation#MESSAGE_SEND_QOS}: a message with what is in the slots of its
 * header that say how urgent it is. {@link org.portunus.abi.mach.MessageOption#SEND_PROPAGATE_QOS}
 * is among its options.
 *
 * <pre>
 *   u8  QoS; 0: none is asked for
 *   u8  1 if a voucher follows: i32 name, u8 disposition (MOVE_SEND or COPY_SEND)
 *   ComplexMessage
 * </pre>
 */
public record UrgentMessage(Qos qos, Optional<PortDescriptor> voucher, ComplexMessage content) {
  public byte[] toBytes() {
    WireWriter out = new WireWriter().u8(qos.number()).u8(voucher.isPresent() ? 1 : 0);
    voucher.ifPresent(right -> out.i32(right.name()).u8(right.disposition().number()));
    return out.fixed(content.toBytes()).toBytes();
  }

  public static UrgentMessage read(byte[] bytes) throws MalformedFrameException {
    WireReader in = new WireReader(bytes);
    Qos qos = QosGrant.qos(in, "QoS");
    Optional<PortDescriptor> voucher = voucher(in);
    byte[] rest = in.fixed("message", in.remaining());
    return new UrgentMessage(qos, voucher, ComplexMessage.read(rest));
  }

  private static Optional<PortDescriptor> voucher(WireReader in) throws MalformedFrameException {
    int present = in.u8("voucher present");
    if (present > 1) {
      throw new MalformedFrameException("voucher present is " + present);
    }
    if (present == 0) {
      return Optional.empty();
    }
    int name = in.i32("voucher");
    Disposition disposition = PortDescriptor.disposition(in, "voucher's disposition");
    return Optional.of(new PortDescriptor(name, disposition));
  }
}
