// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.portunus.abi.link.LinkLayout;
import org.portunus.linux.memory.StreamCopy;

/** What a body in the ring is after it went there past the caches. */
final class StreamedBodyTest {
  private static final int COUNT = 60_001;
  private static final long AT = LinkLayout.RINGS_AT + 52;
  private static final long SLOW = TimeUnit.MILLISECONDS.toNanos(30);

  private final byte[] bytes = new byte[COUNT + 7];

  StreamedBodyTest() {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ((i * 31) >> 3);
    }
  }

  private void copy(int from, MemorySegment into, long at, int count) {
    MemorySegment.copy(bytes, from, into, ValueLayout.JAVA_BYTE, at, count);
  }

  /** One whose next bodies go past the caches, since the first was slow. */
  private StreamedBody streaming(LinkMemory memory) {
    StreamedBody streamed = new StreamedBody(memory, LinkPair.LONGEST);
    streamed
        .of((from, into, at, count) -> {
          LockSupport.parkNanos(SLOW);
          copy(from, into, at, count);
        })
        .copy(0, memory.segment(), AT, 1);
    return streamed;
  }

  @Test
  void isTheSameBytesAndNoOther() throws Exception {
    try (LinkPair pair = new LinkPair()) {
      MemorySegment ring = pair.clientMemory.segment();
      for (StreamedBody body :
          new StreamedBody[] {
            new StreamedBody(pair.clientMemory, LinkPair.LONGEST), streaming(pair.clientMemory)
          }) {
        ring.asSlice(LinkLayout.RINGS_AT, 2L * COUNT).fill((byte) 99);
        body.of(this::copy).copy(7, ring, AT, COUNT);
        MemorySegment seen = pair.serviceMemory.segment();
        assertThat(seen.asSlice(AT, COUNT).mismatch(MemorySegment.ofArray(bytes).asSlice(7)))
            .isEqualTo(-1);
        assertThat(seen.get(ValueLayout.JAVA_BYTE, AT - 1)).isEqualTo((byte) 99);
        assertThat(seen.get(ValueLayout.JAVA_BYTE, AT + COUNT)).isEqualTo((byte) 99);
      }
    }
  }

  @Test
  void ofMemoryThatIsUnmappedOrClosedIsAnError() throws Exception {
    try (LinkPair pair = new LinkPair()) {
      MemorySegment ring = pair.clientMemory.segment();
      StreamedBody body = streaming(pair.clientMemory);
      Arena arena = Arena.ofShared();
      MemorySegment lent = arena.allocate(COUNT);
      arena.close();
      assertThatThrownBy(() ->
              body.of((from, into, at, count) -> MemorySegment.copy(lent, from, into, at, count))
                  .copy(0, ring, AT, COUNT))
          .isInstanceOf(IllegalStateException.class);
      pair.client.close();
      assertThatThrownBy(() -> body.of(this::copy).copy(0, ring, AT, COUNT))
          .isInstanceOf(IllegalStateException.class);
      assertThat(pair.clientMemory.stream(Arena.ofAuto().allocate(8), AT, 8)).isFalse();
    }
  }

  @Test
  void unmappingWaitsForACopy() throws Exception {
    MemorySegment place = Arena.ofAuto().allocate(COUNT);
    for (int i = 0; i < 50; i++) {
      try (LinkPair pair = new LinkPair()) {
        Thread closer = Thread.ofPlatform().start(pair.client::close);
        int copies = 0;
        while (pair.clientMemory.stream(place, AT, COUNT)) {
          copies++;
        }
        closer.join();
        assertThat(copies).isNotNegative();
      }
    }
  }

  @Test
  void copiesStayInTheirBounds() {
    MemorySegment memory = Arena.ofAuto().allocate(64);
    MemorySegment from = Arena.ofAuto().allocate(32);
    assertThatThrownBy(() -> StreamCopy.copy(from, memory, 33, 32))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> StreamCopy.copy(from, memory, 0, 33))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> StreamCopy.copy(from, memory, -1, 8))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> StreamCopy.copy(from, memory.asReadOnly(), 0, 8))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> StreamCopy.copy(MemorySegment.ofArray(new byte[8]), memory, 0, 8))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
