// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.Pipe;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.memory.Seal;

/** What becomes a right to a file, how it is read, and when its descriptor goes away. */
final class FileRightTest {
  private static final byte[] TEXT = "The quick brown fox".getBytes(StandardCharsets.US_ASCII);

  @TempDir private Path folder;

  private Path file() throws IOException {
    return Files.write(folder.resolve("file"), TEXT);
  }

  @Test
  void readsAtPositions() throws IOException {
    try (FileRight right = FileRight.open(file())) {
      assertThat(right.size()).isEqualTo(TEXT.length);
      byte[] word = new byte[7];
      assertThat(right.read(4, word, 1, 5)).isEqualTo(5);
      assertThat(new String(word, 1, 5, StandardCharsets.US_ASCII)).isEqualTo("quick");
      ByteBuffer direct = ByteBuffer.allocateDirect(100);
      direct.position(3);
      assertThat(right.read(16, direct)).isEqualTo(3);
      assertThat(direct.position()).isEqualTo(6);
      assertThat(direct.get(3)).isEqualTo((byte) 'f');
      assertThat(right.read(TEXT.length, word, 0, 7)).isEqualTo(-1);
      assertThat(right.read(1000, word, 0, 7)).isEqualTo(-1);
      assertThat(right.read(0, word, 0, 0)).isZero();
      assertThatThrownBy(() -> right.read(-1, word, 0, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void streamsAndChannelsHavePositionsOfTheirOwn() throws IOException {
    byte[] big = new byte[700_000];
    new Random(7).nextBytes(big);
    Path path = Files.write(folder.resolve("big"), big);
    try (FileRight right = FileRight.open(path);
        InputStream one = right.inputStream();
        InputStream two = right.inputStream()) {
      SeekableByteChannel channel = right.channel();
      assertThat(one.read()).isEqualTo(big[0] & 0xff);
      assertThat(two.readAllBytes()).isEqualTo(big);
      assertThat(two.read()).isEqualTo(-1);
      assertThat(one.skip(699_990)).isEqualTo(699_990);
      assertThat(one.available()).isEqualTo(9);
      assertThat(one.readAllBytes()).isEqualTo(Arrays.copyOfRange(big, 699_991, 700_000));
      assertThat(one.skip(1)).isZero();
      ByteBuffer buffer = ByteBuffer.allocate(4);
      assertThat(channel.position(10).read(buffer)).isEqualTo(4);
      assertThat(channel.position()).isEqualTo(14);
      assertThat(buffer.array()).isEqualTo(Arrays.copyOfRange(big, 10, 14));
      assertThat(channel.size()).isEqualTo(big.length);
      assertThatThrownBy(() -> channel.write(buffer))
          .isInstanceOf(NonWritableChannelException.class);
      assertThatThrownBy(() -> channel.truncate(1)).isInstanceOf(NonWritableChannelException.class);
      channel.close();
      assertThatThrownBy(channel::position).isInstanceOf(ClosedChannelException.class);
      assertThat(right.isClosed()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/dev/null", "/proc/self"})
  void onlyRegularFilesAreOpened(String path) {
    assertThatThrownBy(() -> FileRight.open(Path.of(path)))
        .isInstanceOfSatisfying(
            PortunusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RIGHT_REFUSED));
  }

  @Test
  void aMissingFileIsTheSystemsError() {
    assertThatThrownBy(() -> FileRight.open(folder.resolve("missing")))
        .isInstanceOf(LinuxException.class)
        .hasMessageContaining("ENOENT");
  }

  @Test
  void whatIsRefusedIsClosed() throws IOException {
    Path path = file();
    refuse(Descriptor.open(path, OpenFlag.READ_WRITE, 0), "open for writing");
    refuse(Descriptor.open(path, OpenFlag.WRITE_ONLY, 0), "open for writing");
    refuse(Descriptor.open(path, OpenFlag.PATH, 0), "O_PATH");
    refuse(Descriptor.open(folder, OpenFlag.READ_ONLY, 0), "DIRECTORY");
    try (Pipe pipe = Pipe.create()) {
      refuse(pipe.reader().duplicate(), "FIFO");
    }
    refuse(MemoryFile.create("open").descriptor(), "not a fully sealed memory file");
    MemoryFile half = MemoryFile.create("half");
    half.addSeals(Set.of(Seal.GROW, Seal.SHRINK, Seal.WRITE));
    refuse(half.descriptor(), "not a fully sealed memory file");
  }

  private static void refuse(Descriptor descriptor, String reason) {
    assertThatThrownBy(() -> FileRight.ofDescriptor(descriptor))
        .isInstanceOfSatisfying(
            PortunusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RIGHT_REFUSED))
        .hasMessageContaining(reason);
    assertThat(descriptor.isOpen()).isFalse();
  }

  @Test
  void sealedCopiesAreRights() throws IOException {
    Path path = file();
    try (FileRight right = FileRight.open(path);
        FileRight copy = right.sealedCopy(TEXT.length);
        FileRight again = copy.sealedCopy(0)) {
      Files.writeString(path, "changed");
      assertThat(copy.inputStream().readAllBytes()).isEqualTo(TEXT);
      assertThat(again.inputStream().readAllBytes()).isEqualTo(TEXT);
      assertThat(right.inputStream().readAllBytes())
          .isEqualTo("changed".getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Test
  void copiesAreBounded() throws IOException {
    try (FileRight right = FileRight.open(file())) {
      assertThatThrownBy(() -> right.sealedCopy(TEXT.length - 1))
          .isInstanceOfSatisfying(
              PortunusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_MEMORY));
    }
  }

  @Test
  void closingEndsAllUse() throws IOException {
    FileRight right = FileRight.open(file());
    InputStream stream = right.inputStream();
    SeekableByteChannel channel = right.channel();
    try (FileRight other = right.duplicate()) {
      right.close();
      right.close();
      assertThat(right.isClosed()).isTrue();
      assertThat(channel.isOpen()).isFalse();
      assertThatThrownBy(stream::read).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(right::size).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(right::duplicate).isInstanceOf(IllegalStateException.class);
      assertThat(other.size()).isEqualTo(TEXT.length);
    }
  }

  @Test
  void aCloseWaitsForTheUsesInProgress() throws IOException {
    FileRight right = FileRight.open(file());
    Descriptor descriptor = right.held().hold();
    right.close();
    assertThat(descriptor.isOpen()).isTrue();
    right.held().unhold();
    assertThat(descriptor.isOpen()).isFalse();
  }

  @Test
  void aForgottenRightIsClosed() throws IOException, InterruptedException {
    Descriptor descriptor = forget();
    for (int i = 0; descriptor.isOpen(); i++) {
      assertThat(i).as("collections until the cleaner ran").isLessThan(1000);
      System.gc();
    }
    assertThat(descriptor.isOpen()).isFalse();
  }

  private Descriptor forget() throws IOException {
    FileRight right = FileRight.open(file());
    Descriptor descriptor = right.held().hold();
    right.held().unhold();
    return descriptor;
  }
}
