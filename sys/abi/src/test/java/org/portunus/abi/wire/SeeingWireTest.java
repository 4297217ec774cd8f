// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.portunus.abi.crash.LastCalls;

/** What kernel and launchd tell each other about tasks is read as it was written, or refused. */
class SeeingWireTest {
  private interface Reading {
    Object from(WireReader in) throws MalformedFrameException;
  }

  private static void assertReadBack(Object value, byte[] written, Reading reading)
      throws MalformedFrameException {
    assertThat(reading.from(new WireReader(written))).isEqualTo(value);
    for (int length = 0; length < written.length; length++) {
      byte[] cut = Arrays.copyOf(written, length);
      assertThatThrownBy(() -> reading.from(new WireReader(cut)))
          .as("cut to %d bytes", length)
          .isInstanceOf(MalformedFrameException.class);
    }
    byte[] longer = Arrays.copyOf(written, written.length + 1);
    assertThatThrownBy(() -> reading.from(new WireReader(longer)))
        .isInstanceOf(MalformedFrameException.class);
  }

  @Test
  void loads() throws MalformedFrameException {
    TaskLoads loads =
        new TaskLoads(
            3,
            new TaskLoads.Turns(4, 5, 6, 3),
            List.of(
                new TaskLoads.Load(1, 2, 3, 4, TaskLoads.Load.NOT_TOLD, 0, 0),
                new TaskLoads.Load(2, 3, 4, 5, 6, 7, 8)));
    assertReadBack(loads, loads.toBytes(), TaskLoads::read);
  }

  @Test
  void names() throws MalformedFrameException {
    NameList names =
        new NameList(
            List.of(
                new NameList.Entry(1, 0x103, 1 << 17, 0, NameList.KERNEL, 0, 5, 0x203, ""),
                new NameList.Entry(
                    2, 0x103, 1 << 16, 9, NameList.NOBODY, 0, 0, 0, "ids 1..5, no copies")),
            true);
    assertReadBack(names, names.toBytes(), NameList::read);
  }

  @Test
  void lastCalls() throws MalformedFrameException {
    LastCalls calls =
        new LastCalls(
            List.of(
                new LastCalls.Served(7, 3, "outside", List.of(new LastCalls.Call(1, 4))),
                new LastCalls.Served(8, 4, "", List.of())),
            2);
    assertReadBack(calls, calls.toBytes(), LastCalls::read);
  }

  @Test
  void moreThanThereMayBeIsRefused() {
    byte[] many = new WireWriter().i32(0).i32(LastCalls.MOST + 1).toBytes();
    assertThatThrownBy(() -> LastCalls.read(new WireReader(many)))
        .isInstanceOf(MalformedFrameException.class);
    byte[] names = new WireWriter().u8(0).i32(NameList.MOST + 1).toBytes();
    assertThatThrownBy(() -> NameList.read(new WireReader(names)))
        .isInstanceOf(MalformedFrameException.class);
  }
}
