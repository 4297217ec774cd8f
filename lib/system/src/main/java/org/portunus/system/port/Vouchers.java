// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.util.List;
import org.portunus.abi.mach.VoucherKey;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.VoucherRecipe;
import org.portunus.abi.wire.WireWriter;

/** The part of a kernel socket that is about vouchers: one method for each operation. */
public final class Vouchers {
  private static final int MAX_CONTENT = VoucherRecipe.MAX_USER_DATA;

  private final Questions questions;

  public Vouchers(KernelSocket socket) {
    this.questions = socket.questions;
  }

  /** VOUCHER_CREATE: a send right to the voucher that these make, in order. */
  public PortName create(List<VoucherRecipe> recipes) {
    return ReplyReading.read(
        questions.ask(
            KernelOperation.VOUCHER_CREATE, new WireWriter().fixed(VoucherRecipe.toBytes(recipes))),
        in -> new PortName(in.i32("voucher")));
  }

  /** VOUCHER_EXTRACT: the content of an attribute; empty if the voucher does not have it. */
  public byte[] content(PortName voucher, VoucherKey key) {
    return ReplyReading.read(
        questions.ask(
            KernelOperation.VOUCHER_EXTRACT,
            new WireWriter().i32(voucher.number()).i32(key.number())),
        in -> in.bytes("content", MAX_CONTENT));
  }
}
