// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.Peer;
import org.portunus.kernel.TestKernel;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.Mapping;

/** Memory entries between two tasks. */
class MemoryEntriesTest {
  private static final int SIZE = 8192;

  private final TestKernel kernel;
  private final Peer reader;
  private final Peer maker;

  MemoryEntriesTest() throws LinuxException {
    kernel = new TestKernel();
    reader = kernel.peer();
    maker = kernel.peer();
  }

  @AfterEach
  void nothingIsLeft() {
    try (kernel) {
      maker.close();
      reader.close();
      awaitEntries(0);
      assertThat(kernel.waitingDescriptors()).isZero();
    }
  }

  private void awaitEntries(int count) {
    long until = System.nanoTime() + 20_000_000_000L;
    while (kernel.memoryEntries() != count) {
      assertThat(System.nanoTime()).as("%d are left", kernel.memoryEntries()).isLessThan(until);
      Thread.onSpinWait();
    }
  }

  private int entry(int protection) throws LinuxException {
    KernelFrame made = maker.ask(KernelOperation.MEMORY_CREATE, new WireWriter().i64(SIZE));
    assertThat(made.result()).isZero();
    try (Descriptor file = maker.takeDescriptor();
        Arena arena = Arena.ofConfined()) {
      Mapping.map(file, 0, SIZE, Mapping.Access.READ_WRITE, Mapping.Sharing.SHARED, arena)
          .asSlice(SIZE - 2)
          .fill((byte) 9);
    }
    WireWriter body = new WireWriter().i64(Peer.long64(made.body())).u8(protection);
    return maker.number(KernelOperation.MEMORY_ENTRY, body);
  }

  private int part(Peer task, int name, long offset, long size) throws LinuxException {
    WireWriter body = new WireWriter().i32(name).i64(offset).i64(size).u8(1);
    return task.number(KernelOperation.MEMORY_PART, body);
  }

  private static KernelFrame obtain(Peer task, int name, long offset, int bytes)
      throws LinuxException {
    WireWriter body = new WireWriter().i32(name).i64(offset).i32(bytes);
    return task.ask(KernelOperation.MEMORY_OBTAIN, body);
  }

  private int given(int name) throws LinuxException {
    PortDescriptor to = new PortDescriptor(maker.bootstrap(), Disposition.COPY_SEND);
    PortDescriptor right = new PortDescriptor(name, Disposition.MOVE_SEND);
    assertThat(maker.send(0, to, 1, right)).isEqualTo(KernReturn.SUCCESS);
    return reader.receive(reader.bootstrapReceive()).ports().getFirst().name();
  }

  @Test
  void whoHasAPartReadsThatPartAlsoWhenItsMakerIsGone() throws Exception {
    int whole = entry(1);
    int part = given(part(maker, whole, SIZE - 3, 3));
    maker.close();
    awaitEntries(1);
    KernelFrame copy = obtain(reader, part, 0, 3);
    assertThat(copy.result()).isZero();
    assertThat(copy.body()).containsExactly(0, 9, 9);
    assertThat(ErrorCode.of(obtain(reader, part, 1, 3).result())).contains(ErrorCode.RIGHT_REFUSED);
    assertThat(obtain(reader, part, 0, 0).descriptors()).as("no memory for a part").isZero();
    assertThat(reader.deallocate(part)).isEqualTo(KernReturn.SUCCESS);
    assertThat(kernel.memoryEntries()).isZero();
  }

  @Test
  void whoHasTheWholeGetsTheMemory() throws Exception {
    int whole = given(entry(1));
    KernelFrame told = obtain(reader, whole, 0, 0);
    assertThat(told.descriptors()).isOne();
    assertThat(Peer.long64(told.body())).isEqualTo(SIZE);
    reader.takeDescriptor().close();
    int blind = given(entry(0));
    assertThat(obtain(reader, blind, 0, 0).descriptors()).isZero();
    assertThat(ErrorCode.of(obtain(reader, blind, 0, 1).result()))
        .contains(ErrorCode.RIGHT_REFUSED);
  }

  @Test
  void aMessageToItChangesNothing() throws Exception {
    int whole = entry(1);
    PortDescriptor to = new PortDescriptor(whole, Disposition.COPY_SEND);
    assertThat(maker.send(0, to, NotificationKind.NO_SENDERS.number()))
        .isEqualTo(KernReturn.SEND_INVALID_HEADER);
    assertThat(maker.send(0, to, 1)).isEqualTo(KernReturn.SUCCESS);
    assertThat(kernel.memoryEntries()).isOne();
  }

  @Test
  void whatIsNoEntryIsRefused() throws Exception {
    int port = maker.port();
    assertThat(maker.insert(port, port, Disposition.MAKE_SEND)).isEqualTo(KernReturn.SUCCESS);
    assertThat(KernReturn.of(obtain(maker, port, 0, 1).result()))
        .contains(KernReturn.INVALID_CAPABILITY);
    assertThat(KernReturn.of(obtain(maker, 0x7703, 0, 1).result()))
        .contains(KernReturn.INVALID_NAME);
  }
}
