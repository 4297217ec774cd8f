// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.portunus.abi.link.LinkLayout;
import org.portunus.abi.link.LinkLayout.Attention;
import org.portunus.abi.link.LinkLayout.RecordKind;

/** A ring against a queue, and against a peer that writes what it likes. */
@Timeout(60)
class RingTest {
  private static final int CAPACITY = LinkLayout.MIN_CAPACITY;
  private static final long RING = LinkLayout.ring(0, CAPACITY);
  private static final int WORDS = LinkLayout.direction(0);

  private final byte[] into = new byte[LinkPair.LONGEST];

  private static byte[] frame(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void behavesAsAQueue(long seed) throws Exception {
    Random random = new Random(seed);
    Deque<byte[]> model = new ArrayDeque<>();
    try (LinkPair pair = new LinkPair()) {
      for (int i = 0; i < 20_000; i++) {
        if (random.nextBoolean()) {
          int length = random.nextInt(4) == 0 ? 1 + random.nextInt(LinkPair.LONGEST) : 100;
          byte[] bytes = frame(random, length);
          int result = pair.client.write(bytes, length, 0);
          if (result == LinkEnd.FULL) {
            assertThat(model).isNotEmpty();
          } else {
            assertThat(result).isEqualTo(Attention.AWAKE);
            model.add(bytes);
          }
        } else {
          int length = pair.service.read(into);
          byte[] expected = model.poll();
          assertThat(length).isEqualTo(expected == null ? LinkEnd.EMPTY : expected.length);
          if (expected != null) {
            assertThat(MemorySegment.ofArray(into).asSlice(0, length))
                .matches(bytes -> bytes.mismatch(MemorySegment.ofArray(expected)) == -1);
          }
        }
      }
    }
  }

  @Test
  void oldBytesAreNeverTakenForAHead() throws Exception {
    byte[] forged = new byte[10_000];
    MemorySegment words = MemorySegment.ofArray(forged);
    for (int at = 0; at + 8 <= forged.length; at += 8) {
      words.set(ValueLayout.JAVA_LONG_UNALIGNED, at, LinkLayout.head(64, RecordKind.FRAME));
    }
    Random random = new Random(9);
    try (LinkPair pair = new LinkPair()) {
      for (int lap = 0; lap < 2000; lap++) {
        int length = 1 + random.nextInt(forged.length);
        assertThat(pair.client.write(forged, length, 0)).isEqualTo(Attention.AWAKE);
        assertThat(pair.service.read(into)).isEqualTo(length);
        assertThat(pair.service.read(into)).isEqualTo(LinkEnd.EMPTY);
      }
    }
  }

  @Test
  void theHeadBehindARecordIsClearBeforeTheRecordIsSeen() throws Exception {
    byte[] forged = new byte[10_000];
    for (int at = 0; at + 8 <= forged.length; at += 8) {
      MemorySegment.ofArray(forged)
          .set(ValueLayout.JAVA_LONG_UNALIGNED, at, LinkLayout.head(64, RecordKind.FRAME));
    }
    Random random = new Random(10);
    try (LinkPair pair = new LinkPair()) {
      RingWriter writer = new RingWriter(pair.raw(), 0, CAPACITY);
      RingReader reader = new RingReader(pair.raw(), 0, CAPACITY, LinkPair.LONGEST);
      for (int lap = 0; lap < 2000; lap++) {
        int length = 1 + random.nextInt(forged.length);
        assertThat(writer.write(RecordKind.FRAME, forged, length, 0)).isEqualTo(length);
        assertThat(reader.read(into)).isEqualTo(length);
        assertThat(reader.read(into)).isEqualTo(LinkEnd.EMPTY);
      }
    }
  }

  @Test
  void aHeadThatChangesWhileItIsReadIsCopiedOnce() throws Exception {
    long good = LinkLayout.head(72, RecordKind.FRAME);
    long bad = LinkLayout.head(1 << 30, RecordKind.FRAME);
    int fault = LinkFault.RECORD_LENGTH.result();
    try (LinkPair pair = new LinkPair()) {
      MemorySegment raw = pair.raw();
      AtomicBoolean over = new AtomicBoolean();
      Thread hostile =
          Thread.ofPlatform()
              .start(() -> {
                while (!over.get()) {
                  Words.setLong(raw, RING, good);
                  Words.setLong(raw, RING, bad);
                }
              });
      try {
        for (int i = 0; i < 1_000_000; i++) {
          int length = new RingReader(raw, 0, CAPACITY, LinkPair.LONGEST).read(into);
          assertThat(length == 64 || length == fault || length == LinkEnd.EMPTY).isTrue();
        }
      } finally {
        over.set(true);
        hostile.join();
      }
    }
  }

  @Test
  void whatOthersHaveARightToIsLeft() throws Exception {
    byte[] bytes = new byte[1000];
    try (LinkPair pair = new LinkPair()) {
      int written = 0;
      while (pair.client.write(bytes, bytes.length, CAPACITY / 2) == Attention.AWAKE) {
        written += LinkLayout.span(LinkLayout.RECORD_HEAD + bytes.length);
      }
      assertThat(written).isBetween(CAPACITY / 2 - 2048, CAPACITY / 2);
      int reserved = 0;
      while (pair.client.write(bytes, bytes.length, 0) == Attention.AWAKE) {
        reserved += LinkLayout.span(LinkLayout.RECORD_HEAD + bytes.length);
      }
      assertThat(reserved).isGreaterThan(CAPACITY / 2 - 2048);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 1, RECORD_LENGTH",
    "7, 1, RECORD_LENGTH",
    "8, 1, RECORD_KIND",
    "65577, 1, RECORD_LENGTH",
    "2147483647, 1, RECORD_LENGTH",
    "-2147483648, 1, RECORD_LENGTH",
    "64, 0, RECORD_KIND",
    "64, 4, RECORD_KIND",
    "64, -1, RECORD_KIND",
    "64, 2, RECORD_KIND",
    "524288, 2, RECORD_KIND",
    "0, 2, RECORD_KIND",
    "-64, 2, RECORD_KIND",
    "9, 3, RECORD_KIND",
    "7, 3, RECORD_LENGTH"
  })
  void aForgedHeadKillsTheLink(int length, int kind, LinkFault fault) throws Exception {
    try (LinkPair pair = new LinkPair()) {
      pair.raw().set(ValueLayout.JAVA_LONG, RING, LinkLayout.head(length, kind));
      assertThat(pair.service.read(into)).isEqualTo(fault.result());
    }
  }

  @Test
  void aRecordOverTheEndOfTheRingKillsTheLink() throws Exception {
    byte[] bytes = new byte[LinkPair.LONGEST];
    try (LinkPair pair = new LinkPair()) {
      for (int i = 0; i < 7; i++) {
        assertThat(pair.client.write(bytes, bytes.length, 0)).isEqualTo(Attention.AWAKE);
        assertThat(pair.service.read(into)).isEqualTo(bytes.length);
      }
      long at = 7L * LinkLayout.span(LinkLayout.RECORD_HEAD + bytes.length);
      pair.raw()
          .set(
              ValueLayout.JAVA_LONG,
              RING + at,
              LinkLayout.head(LinkLayout.RECORD_HEAD + bytes.length, RecordKind.FRAME));
      assertThat(pair.service.read(into)).isEqualTo(LinkFault.RECORD_LENGTH.result());
      pair.raw().set(ValueLayout.JAVA_LONG, RING + at, LinkLayout.head(64, RecordKind.PADDING));
      assertThat(pair.service.read(into)).isEqualTo(LinkFault.RECORD_KIND.result());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, CAPACITY + 64})
  void aForgedPositionOfTheReaderKillsTheLink(long consumed) throws Exception {
    byte[] bytes = new byte[60_000];
    try (LinkPair pair = new LinkPair()) {
      pair.raw().set(ValueLayout.JAVA_LONG, WORDS + LinkLayout.CONSUMED, consumed);
      int result = Attention.AWAKE;
      for (int i = 0; i < 10 && result >= 0; i++) {
        result = pair.client.write(bytes, bytes.length, 0);
      }
      assertThat(result).isEqualTo(LinkFault.CONSUMED.result());
    }
  }

  @Test
  void aReaderThatTakesBackWhatItReadKillsTheLink() throws Exception {
    byte[] bytes = new byte[60_000];
    try (LinkPair pair = new LinkPair()) {
      for (int i = 0; i < 16; i++) {
        assertThat(pair.client.write(bytes, bytes.length, 0)).isEqualTo(Attention.AWAKE);
        assertThat(pair.service.read(into)).isEqualTo(bytes.length);
      }
      pair.raw().set(ValueLayout.JAVA_LONG, WORDS + LinkLayout.CONSUMED, 64);
      int result = Attention.AWAKE;
      for (int i = 0; i < 10 && result >= 0; i++) {
        result = pair.client.write(bytes, bytes.length, 0);
      }
      assertThat(result).isEqualTo(LinkFault.CONSUMED.result());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void aForgedAttentionKillsTheLink(int attention) throws Exception {
    try (LinkPair pair = new LinkPair()) {
      pair.raw().set(ValueLayout.JAVA_INT, WORDS + LinkLayout.ATTENTION, attention);
      assertThat(pair.client.write(new byte[64], 64, 0)).isEqualTo(LinkFault.ATTENTION.result());
    }
  }

  @Test
  void whatCameBeforeTheCloseIsReadAndTheRestIsRefused() throws Exception {
    byte[] bytes = new byte[64];
    try (LinkPair pair = new LinkPair()) {
      assertThat(pair.client.write(bytes, 64, 0)).isEqualTo(Attention.AWAKE);
      pair.service.stopTaking();
      assertThat(pair.service.read(into)).isEqualTo(64);
      assertThat(pair.service.read(into)).isEqualTo(LinkEnd.EMPTY);
      pair.service.closed();
      assertThat(pair.client.write(bytes, 64, 0)).isEqualTo(LinkEnd.REFUSED);
    }
  }

  @Test
  void aReaderThatStopsRefusesAtOnce() throws Exception {
    try (LinkPair pair = new LinkPair()) {
      pair.service.stopTaking();
      assertThat(pair.client.write(new byte[64], 64, 0)).isEqualTo(LinkEnd.REFUSED);
      assertThat(pair.service.hasRecord()).isFalse();
    }
  }

  @Test
  void aCloseThatComesWithTheRecordDecidesByPosition() throws Exception {
    byte[] bytes = new byte[64];
    try (LinkPair pair = new LinkPair()) {
      Thread closer =
          Thread.ofPlatform()
              .start(() -> {
                byte[] mine = new byte[LinkPair.LONGEST];
                while (pair.service.read(mine) == LinkEnd.EMPTY) {
                  Thread.onSpinWait();
                }
                pair.service.stopTaking();
                pair.service.closed();
              });
      int written = 0;
      while (pair.client.write(bytes, 64, 0) >= 0) {
        written++;
      }
      closer.join();
      assertThat(written).isPositive();
      assertThat(pair.client.write(bytes, 64, 0)).isEqualTo(LinkEnd.REFUSED);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40})
  void aForgedPositionAtTheCloseKillsTheLink(long closed) throws Exception {
    byte[] bytes = new byte[64];
    try (LinkPair pair = new LinkPair()) {
      AtomicBoolean over = new AtomicBoolean();
      Words.setLong(pair.raw(), WORDS + LinkLayout.CLOSED, closed);
      // Sometimes it closes between the poster's two looks.
      Thread hostile =
          Thread.ofPlatform()
              .start(() -> {
                while (!over.get()) {
                  Words.setInt(pair.raw(), WORDS + LinkLayout.ATTENTION, Attention.AWAKE);
                  Words.setInt(pair.raw(), WORDS + LinkLayout.ATTENTION, Attention.CLOSING);
                }
              });
      try {
        int result = LinkEnd.REFUSED;
        while (result == LinkEnd.REFUSED || result == Attention.AWAKE) {
          result = pair.client.write(bytes, 64, 0);
          while (pair.service.read(into) > 0) {
            Thread.onSpinWait();
          }
        }
        assertThat(result).isEqualTo(LinkFault.CLOSED.result());
      } finally {
        over.set(true);
        hostile.join();
      }
    }
  }

  @Test
  void aSeveredLinkTakesAndGivesNothing() throws Exception {
    try (LinkPair pair = new LinkPair()) {
      assertThat(pair.client.write(new byte[64], 64, 0)).isEqualTo(Attention.AWAKE);
      assertThat(pair.serviceWords.sever(pair.servicePlace)).isZero();
      assertThat(pair.service.read(into)).isEqualTo(LinkFault.SEVERED.result());
      assertThat(pair.service.write(new byte[64], 64, 0)).isEqualTo(LinkFault.SEVERED.result());
      assertThat(pair.client.isSevered()).isFalse();
    }
  }
}
