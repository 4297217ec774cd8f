// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.ArrayList;
import java.util.List;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.mach.VoucherCommand;
import org.portunus.abi.mach.VoucherKey;

/**
 * One step on the way to a voucher: mach_voucher_attr_recipe_data. {@link
 * KernelOperation#VOUCHER_CREATE} has a list of them, carried out in order.
 *
 * <pre>
 *   u16 recipes, each:
 *       i32 key, i32 command
 *       i32 previous voucher, 0 for none
 *       u32 length, content
 * </pre>
 *
 * @param key of {@link VoucherKey}, or any other number, which the kernel refuses
 * @param command of {@link VoucherCommand}, likewise
 */
public record VoucherRecipe(int key, int command, int previous, byte[] content) {
  /** Most recipes of one voucher. */
  public static final int MOST = 16;

  /** Most bytes of user data. */
  public static final int MAX_USER_DATA = 1024;

  private static final int MOST_READ = 5120;

  public static VoucherRecipe of(VoucherKey key, VoucherCommand command, byte[] content) {
    return new VoucherRecipe(key.number(), command.number(), MachLimits.NAME_NULL, content);
  }

  /** COPY or REMOVE, with a previous voucher. */
  public static VoucherRecipe of(VoucherKey key, VoucherCommand command, int previous) {
    return new VoucherRecipe(key.number(), command.number(), previous, new byte[0]);
  }

  /** An attribute that says how urgent a message is. */
  public static VoucherRecipe of(Qos qos) {
    byte[] content = new WireWriter().i32(qos.number()).toBytes();
    return of(VoucherKey.QOS, VoucherCommand.QOS_CREATE, content);
  }

  public static byte[] toBytes(List<VoucherRecipe> recipes) {
    WireWriter out = new WireWriter().u16(recipes.size());
    recipes.forEach(recipe ->
        out.i32(recipe.key).i32(recipe.command).i32(recipe.previous).bytes(recipe.content));
    return out.toBytes();
  }

  public static List<VoucherRecipe> read(byte[] body) throws MalformedFrameException {
    WireReader in = new WireReader(body);
    int count = in.u16("recipes");
    if (count > MOST) {
      throw new MalformedFrameException(count + " recipes, at most " + MOST);
    }
    List<VoucherRecipe> recipes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      recipes.add(
          new VoucherRecipe(
              in.i32("key"),
              in.i32("command"),
              in.i32("previous voucher"),
              in.bytes("content", MOST_READ)));
    }
    in.end();
    return List.copyOf(recipes);
  }
}
