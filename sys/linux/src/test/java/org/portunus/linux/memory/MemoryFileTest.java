// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.FileType;

class MemoryFileTest {
  private static final long TMPFS_MAGIC = 0x01021994;

  @Test
  void aSealedCopyCanNeverChange() throws LinuxException {
    byte[] content = {1, 2, 3, 4};
    try (MemoryFile file = MemoryFile.sealedCopy("t", content);
        Arena arena = Arena.ofConfined()) {
      assertThat(file.isFullySealed()).isTrue();
      assertThat(file.size()).isEqualTo(4);
      assertThat(file.read(0, 100)).containsExactly(content);
      assertThat(file.descriptor().fileSystemType()).isEqualTo(TMPFS_MAGIC);
      assertFails(Errno.EPERM, () -> file.write(0, MemorySegment.ofArray(content)));
      assertFails(Errno.EPERM, () -> file.truncate(8));
      assertFails(Errno.EPERM, () -> file.truncate(1));
      assertFails(Errno.EPERM, () -> file.addSeals(Set.of(Seal.FUTURE_WRITE)));
      assertFails(
          Errno.EPERM,
          () ->
              Mapping.map(
                  file.descriptor(),
                  0,
                  4,
                  Mapping.Access.READ_WRITE,
                  Mapping.Sharing.SHARED,
                  arena));
      MemorySegment mapped =
          Mapping.map(file.descriptor(), 0, 4, Mapping.Access.READ, Mapping.Sharing.SHARED, arena);
      assertThat(mapped.toArray(ValueLayout.JAVA_BYTE)).containsExactly(content);
      assertThat(mapped.isReadOnly()).isTrue();
    }
  }

  @Test
  void aWritableMappingHoldsTheWriteSealBackUntilItsArenaCloses() throws LinuxException {
    try (MemoryFile file = MemoryFile.create("t")) {
      file.truncate(8192);
      try (Arena arena = Arena.ofShared()) {
        MemorySegment mapped =
            Mapping.mapPopulated(file.descriptor(), 0, 8192, Mapping.Access.READ_WRITE, arena);
        mapped.set(ValueLayout.JAVA_INT, 4096, 42);
        assertFails(Errno.EBUSY, () -> file.addSeals(Set.of(Seal.WRITE)));
      }
      file.addSeals(Set.of(Seal.WRITE, Seal.GROW, Seal.SHRINK, Seal.SEAL));
      assertThat(file.isFullySealed()).isTrue();
      assertThat(file.read(4096, 1)).containsExactly(42);
    }
  }

  @Test
  void sharedMappingsSeeEachOtherAndPrivateOnesDoNot() throws LinuxException {
    try (MemoryFile file = MemoryFile.create("t");
        Arena arena = Arena.ofConfined()) {
      file.truncate(4096);
      MemorySegment one = map(file, Mapping.Sharing.SHARED, arena);
      MemorySegment two = map(file, Mapping.Sharing.SHARED, arena);
      MemorySegment own = map(file, Mapping.Sharing.PRIVATE, arena);
      own.set(ValueLayout.JAVA_LONG, 0, 5);
      assertThat(one.get(ValueLayout.JAVA_LONG, 0)).isZero();
      one.set(ValueLayout.JAVA_LONG, 8, 7);
      assertThat(two.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(7);
    }
  }

  @Test
  void futureWriteSealLeavesTheFirstWriterOnly() throws LinuxException {
    try (MemoryFile file = MemoryFile.create("t");
        Arena arena = Arena.ofConfined()) {
      file.truncate(4096);
      MemorySegment writer = map(file, Mapping.Sharing.SHARED, arena);
      file.addSeals(Set.of(Seal.FUTURE_WRITE));
      writer.set(ValueLayout.JAVA_BYTE, 0, (byte) 9);
      assertFails(Errno.EPERM, () -> map(file, Mapping.Sharing.SHARED, arena));
      assertThat(file.read(0, 1)).containsExactly(9);
    }
  }

  @Test
  void aLargeArrayIsWrittenInPieces() throws LinuxException {
    byte[] large = new byte[(3 << 20) + 5];
    new Random(1).nextBytes(large);
    try (MemoryFile file = MemoryFile.sealedCopy("t", large)) {
      assertThat(file.read(0, large.length)).isEqualTo(large);
    }
  }

  @Test
  void onlyTheExecutableKindHasExecuteBits() throws LinuxException {
    try (MemoryFile plain = MemoryFile.create("t");
        MemoryFile program = MemoryFile.sealedProgram("t", new byte[1])) {
      assertThat(program.descriptor().status().permissions() & 0111).isEqualTo(0111);
      if ((plain.sealBits() & Seal.EXECUTE.bit()) != 0) {
        assertThat(plain.descriptor().status().permissions() & 0111).isZero();
      }
    }
  }

  @Test
  void aFileThatIsNoMemoryFileHasNoSeals() throws LinuxException {
    try (Descriptor descriptor = Descriptor.open(Path.of("/dev/null"), OpenFlag.READ_ONLY, 0)) {
      assertThat(MemoryFile.sealBits(descriptor.raw())).isEqualTo(-Errno.EINVAL.number());
      assertThat(descriptor.status().type()).isEqualTo(FileType.CHARACTER_DEVICE);
    }
  }

  @Test
  void anEmptyMappingIsRefused() throws LinuxException {
    try (MemoryFile file = MemoryFile.create("t");
        Arena arena = Arena.ofConfined()) {
      assertThatThrownBy(
              () -> Mapping.mapPopulated(file.descriptor(), 0, 0, Mapping.Access.READ, arena))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static MemorySegment map(MemoryFile file, Mapping.Sharing sharing, Arena arena)
      throws LinuxException {
    return Mapping.map(file.descriptor(), 0, 4096, Mapping.Access.READ_WRITE, sharing, arena);
  }

  private interface Step {
    void run() throws LinuxException;
  }

  private static void assertFails(Errno errno, Step step) {
    assertThatThrownBy(step::run)
        .isInstanceOfSatisfying(
            LinuxException.class, failure -> assertThat(failure.is(errno)).isTrue());
  }

  @Test
  void freedPagesAreZeros() throws LinuxException {
    try (MemoryFile file = MemoryFile.create("t");
        Arena arena = Arena.ofConfined()) {
      file.truncate(8192);
      MemorySegment mapped =
          Mapping.mapPopulated(file.descriptor(), 0, 8192, Mapping.Access.READ_WRITE, arena);
      mapped.fill((byte) 7);
      assertThat(Mapping.free(mapped)).isZero();
      assertThat(mapped.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
      assertThat(file.read(0, 8192)).containsOnly(0);
    }
  }
}
