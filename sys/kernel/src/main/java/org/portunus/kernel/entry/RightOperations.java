// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import java.util.Optional;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.SendPowers;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.entry.PortOperations.Answer;
import org.portunus.kernel.object.DiminishedRights;
import org.portunus.kernel.object.Outcome;
import org.portunus.kernel.object.Space;

/** As {@link PortOperations}, for send rights with fewer powers. */
final class RightOperations {
  private RightOperations() {}

  static Answer diminish(Space space, KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int name = in.i32("name");
    Optional<Disposition> disposition = Disposition.of(in.u8("disposition"));
    SendPowers powers = SendPowers.read(in);
    in.end();
    return disposition
        .map(how -> Answer.ofNumber(DiminishedRights.diminish(space, name, how, powers)))
        .orElseGet(() -> Answer.of(KernReturn.INVALID_VALUE));
  }

  static Answer powers(Space space, KernelFrame frame) throws MalformedFrameException {
    Outcome<SendPowers> outcome = DiminishedRights.powers(space, PortOperations.onlyName(frame));
    if (outcome.value().isEmpty()) {
      return Answer.of(outcome.result());
    }
    WireWriter out = new WireWriter();
    outcome.value().get().write(out);
    return Answer.of(out);
  }
}
