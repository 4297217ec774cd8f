// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.portunus.system.xpc.MemoryRight.PART_BYTES;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.Mapping;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.memory.Seal;

/** What becomes a right to memory and what does not. */
final class MemoryRightTest {
  private static final Set<Seal> FULL = EnumSet.of(Seal.WRITE, Seal.GROW, Seal.SHRINK, Seal.SEAL);

  private static void assertRefused(ErrorCode code, ThrowingCallable call) {
    assertThatExceptionOfType(PortunusException.class)
        .isThrownBy(call)
        .returns(code, PortunusException::code);
  }

  @Test
  void whatWasFilledIsReadAndNothingCanChangeIt() throws IOException {
    try (Arena arena = Arena.ofConfined();
        MemoryRight right = MemoryRight.create(70_000, memory -> memory.fill((byte) 7))) {
      MemorySegment memory = right.map(arena);
      assertThat(right.size()).isEqualTo(70_000);
      assertThat(memory.byteSize()).isEqualTo(70_000);
      assertThat(memory.isReadOnly()).isTrue();
      assertThat(memory.get(ValueLayout.JAVA_BYTE, 69_999)).isEqualTo((byte) 7);
      int seals = MemoryFile.sealBits(right.held().hold().raw());
      right.held().unhold();
      assertThat(seals & MemoryFile.FULLY_SEALED).isEqualTo(MemoryFile.FULLY_SEALED);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 4095, 4096, 69_999})
  void aPartHasItsBytesAndNoOthers(long offset) throws IOException {
    byte[] whole = new byte[70_000];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = (byte) (i % 251);
    }
    int bytes = (int) Math.min(5000, whole.length - offset);
    byte[] expected = Arrays.copyOfRange(whole, (int) offset, (int) offset + bytes);
    MemoryRight outlives;
    try (MemoryRight right = MemoryRight.copyOf(MemorySegment.ofArray(whole))) {
      outlives = right.part(offset, bytes);
    }
    try (Arena arena = Arena.ofConfined();
        MemoryRight part = outlives;
        MemoryRight smaller = part.part(bytes - 1, 1)) {
      assertThat(part.size()).isEqualTo(bytes);
      MemorySegment memory = part.map(arena);
      assertThat(memory.isReadOnly()).isTrue();
      assertThat(memory.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(expected);
      assertThat(smaller.map(arena).toArray(ValueLayout.JAVA_BYTE))
          .containsExactly(expected[bytes - 1]);
      Descriptor held = part.held().hold();
      assertThat(held.status().size()).as("what the descriptor gives").isEqualTo(bytes);
      assertThat(MemoryFile.sealBits(held.raw()) & MemoryFile.FULLY_SEALED)
          .isEqualTo(MemoryFile.FULLY_SEALED);
      part.held().unhold();
      assertRefused(ErrorCode.RIGHT_REFUSED, () -> part.part(0, bytes + 1));
    }
  }

  @Test
  void aPartLiesInsideTheWhole() throws IOException {
    try (MemoryRight right = MemoryRight.create(8192, memory -> memory.fill((byte) 7))) {
      long[][] refused = {
        {0, 0},
        {0, -1},
        {-1, 1},
        {0, 8193},
        {8192, 1},
        {4096, 4097},
        {1, Long.MAX_VALUE},
        {Long.MAX_VALUE, 1},
        {Long.MIN_VALUE, 1}
      };
      for (long[] range : refused) {
        assertRefused(ErrorCode.RIGHT_REFUSED, () -> right.part(range[0], range[1]));
      }
    }
  }

  @Test
  void aMappingOutlivesItsRight() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemoryRight right = MemoryRight.copyOf(MemorySegment.ofArray(new byte[] {1, 2, 3}));
      MemoryRight second = right.duplicate();
      MemorySegment memory = right.map(arena);
      right.close();
      assertThat(right.isClosed()).isTrue();
      assertThat(memory.get(ValueLayout.JAVA_BYTE, 2)).isEqualTo((byte) 3);
      assertThat(second.map(arena).get(ValueLayout.JAVA_BYTE, 1)).isEqualTo((byte) 2);
      second.close();
    }
  }

  @Test
  void theFillersMemoryIsGoneAfterwards() throws IOException {
    MemorySegment[] kept = new MemorySegment[1];
    try (MemoryRight right = MemoryRight.create(8, memory -> kept[0] = memory)) {
      assertThat(right.size()).isEqualTo(8);
      assertThat(kept[0].scope().isAlive()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 4097, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES - 5})
  void partsMakeTheWhole(long size) throws IOException {
    List<MemorySegment> parts = new ArrayList<>();
    try (Arena arena = Arena.ofConfined();
        MemoryRight right =
            MemoryRight.createInParts(
                size,
                (part, offset) -> {
                  assertThat(offset).isEqualTo(parts.size() * PART_BYTES);
                  part.fill((byte) (parts.size() + 1));
                  parts.add(part);
                })) {
      MemorySegment memory = right.map(arena);
      assertThat(memory.byteSize()).isEqualTo(size);
      for (int i = 0; i < parts.size(); i++) {
        long first = i * PART_BYTES;
        long last = Math.min(first + PART_BYTES, size) - 1;
        assertThat(memory.get(ValueLayout.JAVA_BYTE, first)).isEqualTo((byte) (i + 1));
        assertThat(memory.get(ValueLayout.JAVA_BYTE, last)).isEqualTo((byte) (i + 1));
      }
      assertThat(parts).allMatch(part -> !part.scope().isAlive());
    }
  }

  @Test
  void aFillerThatFailsLeavesNoRight() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() ->
            MemoryRight.createInParts(
                PART_BYTES + 1,
                (_, offset) -> {
                  if (offset > 0) {
                    throw new IOException("the source has ended");
                  }
                }))
        .withMessage("the source has ended");
  }

  @Test
  void sizesOutOfBoundsAreRefused() {
    for (long size : new long[] {Long.MIN_VALUE, 0, MemoryRight.MAX_BYTES + 1, Long.MAX_VALUE}) {
      assertRefused(ErrorCode.LIMIT_MEMORY, () -> MemoryRight.create(size, memory -> {}));
      assertRefused(ErrorCode.LIMIT_MEMORY, () -> MemoryRight.createInParts(size, (_, _) -> {}));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"WRITE", "GROW", "SHRINK", "SEAL"})
  void oneSealTooFewIsRefused(Seal missing) throws IOException {
    MemoryFile file = MemoryFile.create("test");
    file.truncate(10);
    Set<Seal> seals = EnumSet.copyOf(FULL);
    seals.remove(missing);
    file.addSeals(seals);
    assertRefused(ErrorCode.RIGHT_REFUSED, () -> MemoryRight.ofDescriptor(file.descriptor()));
    assertThat(file.descriptor().isOpen()).isFalse();
  }

  @Test
  void filesAndEmptyMemoryAreRefused(@TempDir Path folder) throws IOException {
    Path path = Files.write(folder.resolve("file"), new byte[10]);
    Descriptor file = Descriptor.open(path, OpenFlag.READ_ONLY, 0);
    assertRefused(ErrorCode.RIGHT_REFUSED, () -> MemoryRight.ofDescriptor(file));
    assertThat(file.isOpen()).isFalse();
    MemoryFile empty = MemoryFile.create("test");
    empty.addSeals(FULL);
    assertRefused(ErrorCode.LIMIT_MEMORY, () -> MemoryRight.ofDescriptor(empty.descriptor()));
  }

  @Test
  void memoryThatIsStillMappedForWritingIsNoRight() throws IOException {
    try (Arena arena = Arena.ofConfined();
        MemoryFile file = MemoryFile.create("test")) {
      file.truncate(10);
      MemorySegment unusedMapping =
          Mapping.map(
              file.descriptor(), 0, 10, Mapping.Access.READ_WRITE, Mapping.Sharing.SHARED, arena);
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(file::seal)
          .withMessageContaining("EBUSY");
    }
  }
}
