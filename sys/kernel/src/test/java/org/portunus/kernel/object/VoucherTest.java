// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MOVE_SEND;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.mach.VoucherCommand;
import org.portunus.abi.mach.VoucherKey;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.VoucherRecipe;

/** The life of vouchers: each ends with the last right to it, wherever that is. */
class VoucherTest {
  private final World world = new World();
  private final int port = World.port(world.s);
  private final int toServer = world.sendRight(world.s, port, world.c);

  @AfterEach
  void nothingIsLeft() {
    world.killAll();
    assertThat(world.ipc.vouchers.count()).isZero();
    assertThat(world.ipc.counts()).isEqualTo(World.NOTHING);
  }

  private static int make(Task task, int number) {
    byte[] content = {(byte) number};
    return task.createVoucher(
            List.of(
                VoucherRecipe.of(VoucherKey.USER_DATA, VoucherCommand.USER_DATA_STORE, content)))
        .orElseThrow();
  }

  private World.Sent send(int destination, int voucher, Disposition how, long timeout) {
    World.Sent sent = new World.Sent();
    world.client.send(
        World.numbered(World.right(destination, COPY_SEND), 1, timeout),
        MessageBody.PLAIN,
        List.of(),
        sent,
        SendOption.NONE,
        new Urgency(Qos.UNSPECIFIED, false, Optional.of(World.right(voucher, how))));
    return sent;
  }

  private void recount() {
    var _ = Recount.check(world.ipc, List.of(), List.of());
  }

  private static Received take(Space space, int name, boolean vouchers) {
    return space
        .poll(name, new ReceiveOptions(false, 0, true, Integer.MAX_VALUE, 0, vouchers))
        .orElseThrow();
  }

  @Test
  void itEndsWithItsLastName() {
    int first = make(world.client, 1);
    assertThat(make(world.client, 1)).isEqualTo(first);
    assertThat(make(world.client, 2)).isNotEqualTo(first);
    assertThat(world.ipc.vouchers.count()).isEqualTo(2);
    world.c.deallocate(first);
    assertThat(world.ipc.vouchers.count()).isEqualTo(2);
    world.c.deallocate(first);
    assertThat(world.ipc.vouchers.count()).isEqualTo(1);
  }

  @Test
  void aQueuedMessageKeepsItUntilItIsDestroyed() {
    int voucher = make(world.client, 1);
    assertThat(send(toServer, voucher, MOVE_SEND, 0).only()).isEqualTo(KernReturn.SUCCESS);
    recount();
    assertThat(world.ipc.vouchers.count()).isEqualTo(1);
    world.s.destroy(port);
    assertThat(world.ipc.vouchers.count()).isZero();
  }

  @Test
  void whoDoesNotAskForItGetsNone() {
    send(toServer, make(world.client, 1), MOVE_SEND, 0);
    assertThat(take(world.s, port, false).voucher()).isEmpty();
    assertThat(world.ipc.vouchers.count()).isZero();
    send(toServer, make(world.client, 1), MOVE_SEND, 0);
    assertThat(take(world.s, port, true).voucher()).isPresent();
    assertThat(world.ipc.vouchers.count()).isEqualTo(1);
  }

  @Test
  void aMessageThatComesBackBringsItBack() {
    world.s.setQueueLimit(port, 0);
    int voucher = make(world.client, 1);
    assertThat(send(toServer, voucher, MOVE_SEND, 0).only()).isEqualTo(KernReturn.SEND_TIMED_OUT);
    assertThat(world.ipc.vouchers.count()).isEqualTo(1);
    assertThat(make(world.client, 1)).isPositive();
    World.Sent waiting = send(toServer, make(world.client, 1), COPY_SEND, -1);
    assertThat(waiting.results).isEmpty();
    recount();
    world.server.terminate();
    assertThat(waiting.only()).isEqualTo(KernReturn.SEND_INVALID_DEST);
    assertThat(world.ipc.vouchers.count()).isEqualTo(1);
  }

  @Test
  void thePortsOfTheKernelGetNone() {
    int[] received = new int[1];
    Port kernel = world.ipc.createKernelPort((_, message) -> received[0] = message.rights());
    int toKernel = world.c.grantSend(kernel).orElseThrow();
    send(toKernel, make(world.client, 1), MOVE_SEND, 0);
    assertThat(world.ipc.vouchers.count()).isZero();
    world.ipc.destroyKernelPort(kernel);
  }

  @Test
  void itOutlivesItsMakerWhileSomebodyNamesIt() {
    send(toServer, make(world.client, 1), MOVE_SEND, 0);
    int held = take(world.s, port, true).voucher().orElseThrow().name();
    world.client.terminate();
    assertThat(World.type(world.s, held)).isEqualTo(RightKind.SEND.typeBit());
    byte[] content = world.server.voucherContent(held, VoucherKey.USER_DATA.number()).orElseThrow();
    assertThat(content).containsExactly(1);
  }
}
