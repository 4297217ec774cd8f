// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.Optional;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.wire.PortDescriptor;

/**
 * How urgent a sender says that its message is.
 *
 * @param qos UNSPECIFIED if none is asked for; the sender's ceiling limits it
 * @param propagates whether the receiver works, too, at what the sender works at
 * @param voucher the sender's right to a voucher that says more
 */
public record Urgency(Qos qos, boolean propagates, Optional<PortDescriptor> voucher) {
  /** Nothing is said. */
  public static final Urgency NONE = new Urgency(Qos.UNSPECIFIED, false);

  /** Without a voucher. */
  public Urgency(Qos qos, boolean propagates) {
    this(qos, propagates, Optional.empty());
  }

  /** What it comes to with what its voucher says. */
  Urgency with(VoucherAttributes attributes) {
    return new Urgency(
        qos.or(attributes.qos()), propagates || attributes.importance(), Optional.empty());
  }

  boolean boosts() {
    return qos != Qos.UNSPECIFIED || propagates;
  }
}
