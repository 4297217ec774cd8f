// SPDX-License-Identifier: Apache-2.0
package portunus.probe.mach;

import java.io.IOException;
import java.util.List;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.ReturnedNames;
import org.portunus.abi.wire.WireWriter;
import org.portunus.system.port.KernelResultException;
import org.portunus.system.port.MachMessages;

/** A question whose result is told as a number, whatever it is. */
interface Asking {
  MachAnswer ask() throws IOException, MalformedFrameException;

  static MachAnswer answer(Asking asking) {
    try {
      return asking.ask();
    } catch (KernelResultException refused) {
      byte[] told =
          MachMessages.returned(refused)
              .map(ReturnedNames::toBytes)
              .or(() -> MachMessages.tooLarge(refused).map(Asking::bytes))
              .orElse(new byte[0]);
      return new MachAnswer(refused.result(), told, List.of());
    } catch (IOException | MalformedFrameException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private static byte[] bytes(MachMessages.TooLarge told) {
    return new WireWriter().i32(told.size()).i32(told.port()).toBytes();
  }
}
