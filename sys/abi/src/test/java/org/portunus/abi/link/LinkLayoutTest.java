// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.portunus.abi.wire.ConnectionFrame;

/** The memory of links, against the drawing. A change here is a change of the protocol. */
class LinkLayoutTest {
  private static byte[] bytes(long magic) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(magic).array();
  }

  @Test
  void offsetsAreThoseOfTheDrawing() {
    assertThat(bytes(LinkLayout.MAGIC)).isEqualTo("PTNLINK1".getBytes(StandardCharsets.US_ASCII));
    assertThat(
            List.of(
                LinkLayout.MAGIC_AT,
                LinkLayout.VERSION_AT,
                LinkLayout.CAPACITY_AT,
                LinkLayout.LINK_AT,
                LinkLayout.direction(0),
                LinkLayout.direction(1),
                LinkLayout.BELL,
                LinkLayout.ATTENTION,
                LinkLayout.PROCESSOR,
                LinkLayout.CONSUMED,
                LinkLayout.CLOSED,
                LinkLayout.RINGS_AT))
        .containsExactly(0, 8, 12, 16, 4096, 4608, 0, 128, 132, 256, 264, 8192);
    assertThat(LinkLayout.ring(0, 1 << 19)).isEqualTo(8192);
    assertThat(LinkLayout.ring(1, 1 << 19)).isEqualTo(532_480);
    assertThat(LinkLayout.size(1 << 19)).isEqualTo(1_056_768);
    assertThat(LinkLayout.size(LinkLayout.MAX_CAPACITY)).isEqualTo(33_562_624);
  }

  @Test
  void wordsOfDifferentWritersAreInDifferentPairsOfLines() {
    for (int direction = 0; direction < 2; direction++) {
      int base = LinkLayout.direction(direction);
      assertThat(
              List.of(
                  (base + LinkLayout.BELL) / LinkLayout.LINE_PAIR,
                  (base + LinkLayout.ATTENTION) / LinkLayout.LINE_PAIR,
                  (base + LinkLayout.CONSUMED) / LinkLayout.LINE_PAIR))
          .doesNotHaveDuplicates();
      assertThat(base + LinkLayout.CLOSED + 8).isLessThanOrEqualTo(base + 512);
      assertThat((base + LinkLayout.CONSUMED) % 8).isZero();
    }
    assertThat(LinkLayout.RINGS_AT % 4096).isZero();
  }

  @Test
  void theLongestFrameFitsEveryRingFourTimes() {
    int longest =
        LinkLayout.span(LinkLayout.RECORD_HEAD + ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY);
    assertThat(longest).isLessThan(LinkLayout.MIN_CAPACITY / 4);
    assertThat(LinkLayout.isCapacity(LinkLayout.MIN_CAPACITY)).isTrue();
    assertThat(LinkLayout.isCapacity(LinkLayout.MIN_CAPACITY + 64)).isFalse();
    assertThat(LinkLayout.isCapacity(LinkLayout.MIN_CAPACITY / 2)).isFalse();
    assertThat(LinkLayout.isCapacity(1 << 31)).isFalse();
  }

  @Test
  void headsAreOneWord() {
    long head = LinkLayout.head(104, LinkLayout.RecordKind.FRAME);
    assertThat(bytes(head)).containsExactly(104, 0, 0, 0, 1, 0, 0, 0);
    assertThat(LinkLayout.length(head)).isEqualTo(104);
    assertThat(LinkLayout.kind(head)).isEqualTo(LinkLayout.RecordKind.FRAME);
    assertThat(LinkLayout.kind(LinkLayout.head(8, -1))).isEqualTo(-1);
    assertThat(LinkLayout.span(1)).isEqualTo(64);
    assertThat(LinkLayout.span(64)).isEqualTo(64);
    assertThat(LinkLayout.span(65)).isEqualTo(128);
  }

  @Test
  void theSeverWordsAreOnePage() {
    assertThat(bytes(SeverLayout.MAGIC)).isEqualTo("PTNSEVR1".getBytes(StandardCharsets.US_ASCII));
    assertThat(SeverLayout.LINKS).isEqualTo(992);
    assertThat(SeverLayout.epoch(0)).isEqualTo(128);
    assertThat(SeverLayout.epoch(SeverLayout.LINKS - 1)).isEqualTo(4092);
  }
}
