// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.VoucherRecipe;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.entry.PortOperations.Answer;
import org.portunus.kernel.object.Outcome;
import org.portunus.kernel.object.Task;

/** Operations on vouchers: decoding, one call, the answer. */
final class VoucherOperations {
  private VoucherOperations() {}

  static Answer create(Task task, KernelFrame frame) throws MalformedFrameException {
    return Answer.ofNumber(task.createVoucher(VoucherRecipe.read(frame.body())));
  }

  static Answer extract(Task task, KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int name = in.i32("voucher");
    int key = in.i32("key");
    in.end();
    Outcome<byte[]> content = task.voucherContent(name, key);
    return content
        .value()
        .map(bytes -> Answer.of(new WireWriter().bytes(bytes)))
        .orElseGet(() -> Answer.of(content.result()));
  }
}
