// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import org.portunus.abi.mach.Disposition;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.SendPowers;
import org.portunus.abi.wire.WireWriter;

/**
 * The part of a kernel socket that is about send rights with fewer powers: one method for each
 * operation, as in {@link KernelSocket}.
 */
public final class SendRights {
  private final Questions questions;

  public SendRights(KernelSocket socket) {
    this.questions = socket.questions;
  }

  /**
   * PORT_DIMINISH: another send right, with what these powers leave of the first one's.
   *
   * @param disposition MAKE_SEND, COPY_SEND or MOVE_SEND
   * @return its name, under which no other right to the port comes
   */
  public PortName diminish(PortName name, Disposition disposition, SendPowers powers) {
    WireWriter body = new WireWriter().i32(name.number()).u8(disposition.number());
    powers.write(body);
    return ReplyReading.name(questions.ask(KernelOperation.PORT_DIMINISH, body), "diminished name");
  }

  /** PORT_GET_POWERS: what a send right may do, {@link SendPowers#ALL} unless it is diminished. */
  public SendPowers powers(PortName name) {
    return ReplyReading.read(
        questions.ask(KernelOperation.PORT_GET_POWERS, new WireWriter().i32(name.number())),
        in -> {
          SendPowers powers = SendPowers.read(in);
          in.end();
          return powers;
        });
  }
}
