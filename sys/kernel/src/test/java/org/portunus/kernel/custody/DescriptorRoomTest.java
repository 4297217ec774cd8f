// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.custody;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DescriptorRoomTest {
  private final DescriptorRoom whole = new DescriptorRoom(40);

  private static int fill(DescriptorRoom part) {
    int taken = 0;
    while (part.mayGrow(1)) {
      part.take(1);
      taken++;
    }
    return taken;
  }

  @Test
  void whatATaskHasCountsForIt() {
    DescriptorRoom part = whole.part();
    assertThat(part.mayGrow(10)).isTrue();
    assertThat(part.mayGrow(11)).isFalse();
    part.take(6);
    assertThat(whole.used()).isEqualTo(6);
    assertThat(part.share()).isEqualTo(9);
    assertThat(part.mayGrow(3)).isTrue();
    assertThat(part.mayGrow(4)).isFalse();
    assertThat(part.full()).contains("holds 6 descriptors").contains("may have 9");
    part.giveBack(6);
    assertThat(part.mayGrow(10)).isTrue();
    assertThat(whole.used()).isZero();
  }

  @Test
  void somethingRemainsForTheNext() {
    DescriptorRoom first = whole.part();
    assertThat(fill(first)).isEqualTo(8);
    int least = 8;
    for (int i = 0; i < 8; i++) {
      DescriptorRoom next = whole.part();
      int taken = fill(next);
      assertThat(taken).as("of task %d", i).isBetween(1, least);
      least = taken;
    }
    assertThat(whole.used()).isLessThan(40);
    assertThat(first.mayGrow(1)).isFalse();
  }

  /** What it holds is no reason to refuse it something else. */
  @Test
  void whoIsAboveItsShareMayStillHaveNone() {
    DescriptorRoom part = whole.part();
    part.take(8);
    whole.take(28);
    assertThat(part.share()).isLessThan(8);
    assertThat(part.mayGrow(0)).isTrue();
    assertThat(part.mayGrow(1)).isFalse();
  }

  @Test
  void aPartNeverGrowsBeyondTheWhole() {
    DescriptorRoom part = whole.part();
    whole.take(40);
    assertThat(part.mayGrow(0)).isTrue();
    assertThat(part.mayGrow(1)).isFalse();
  }
}
