// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.process.ThisProcess;

class DescriptorTest {
  private static final int F_GETFD = 1;

  @TempDir private Path folder;

  @Test
  void aFileIsWrittenReadAndDescribed() throws Exception {
    Path path = folder.resolve("f");
    try (Descriptor file = Descriptor.open(path, OpenFlag.CREATE | OpenFlag.READ_WRITE, 0640)) {
      file.writeFully(new byte[] {1, 2, 3});
      file.setPermissions(0600);
      FileStatus status = file.status();
      assertThat(status.type()).isEqualTo(FileType.REGULAR);
      assertThat(status.permissions()).isEqualTo(0600);
      assertThat(status.size()).isEqualTo(3);
      assertThat(status.links()).isEqualTo(1);
      assertThat(status.uid()).isEqualTo(ThisProcess.effectiveUid());
      assertThat(status.inode()).isEqualTo(Files.getAttribute(path, "unix:ino"));
      assertThat(status.modified()).isEqualTo(Files.getLastModifiedTime(path).toInstant());
      assertThat(file.target()).isEqualTo(path.toRealPath().toString());
      assertThat(file.statusFlags() & OpenFlag.ACCESS_MODE).isEqualTo(OpenFlag.READ_WRITE);
      assertThat(SystemCall.invoke(Call.FCNTL, file.raw(), F_GETFD)).isEqualTo(1);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment two = arena.allocate(2);
        assertThat(file.read(1, two)).isEqualTo(2);
        assertThat(two.toArray(ValueLayout.JAVA_BYTE)).containsExactly(2, 3);
        assertThat(file.write(2, two)).isEqualTo(2);
        assertThatThrownBy(() -> file.read(MemorySegment.ofArray(new byte[1])))
            .isInstanceOf(IllegalArgumentException.class);
      }
      file.truncate(2);
    }
    try (Descriptor directory = Descriptor.open(folder, OpenFlag.DIRECTORY, 0);
        Descriptor file = directory.openAt("f", OpenFlag.READ_ONLY, 0)) {
      assertThat(directory.status().type()).isEqualTo(FileType.DIRECTORY);
      assertThat(file.readFully(100)).containsExactly(1, 2);
    }
    FileNames.unlink(path);
    assertThat(path).doesNotExist();
  }

  @Test
  void readFullyStopsAtItsLimit() throws Exception {
    Path path = Files.write(folder.resolve("f"), new byte[100]);
    try (Descriptor file = Descriptor.open(path, OpenFlag.READ_ONLY, 0)) {
      assertThat(file.readFully(60)).hasSize(60);
      assertThat(file.readFully(60)).hasSize(40);
    }
  }

  @Test
  void directoriesAreRemovedAsSuch() throws Exception {
    Path directory = Files.createDirectory(folder.resolve("d"));
    assertThatThrownBy(() -> FileNames.unlink(directory)).isInstanceOf(LinuxException.class);
    FileNames.removeDirectory(directory);
    assertThat(directory).doesNotExist();
  }

  @Test
  void ownershipEndsOnce() throws Exception {
    Pipe pipe = Pipe.create();
    Descriptor writer = pipe.writer();
    writer.close();
    writer.close();
    assertThat(writer.isOpen()).isFalse();
    assertThatThrownBy(writer::raw).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(writer::release).isInstanceOf(IllegalStateException.class);
    assertThat(writer).hasToString("Descriptor[closed]");

    int raw = pipe.reader().release();
    pipe.close();
    assertThat(SystemCall.invoke(Call.FCNTL, raw, F_GETFD)).isEqualTo(1);
    Descriptor.own(raw).close();
    assertThatThrownBy(() -> Descriptor.own(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Descriptor.closeRaw(100_000))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void duplicatesAreCloseOnExecAndIndependent() throws Exception {
    try (Pipe pipe = Pipe.create();
        Descriptor copy = pipe.writer().duplicate(700)) {
      assertThat(copy.raw()).isGreaterThanOrEqualTo(700);
      assertThat(SystemCall.invoke(Call.FCNTL, copy.raw(), F_GETFD)).isEqualTo(1);
      pipe.writer().close();
      copy.writeFully(new byte[] {5});
      assertThat(pipe.reader().readFully(1)).containsExactly(5);
      assertThat(copy.setStatusFlags(OpenFlag.NON_BLOCKING)).isZero();
      assertThat(copy.statusFlags() & OpenFlag.NON_BLOCKING).isNotZero();
    }
  }

  @Test
  void aRangeIsClosed() throws Exception {
    try (Pipe pipe = Pipe.create()) {
      int raw = pipe.writer().duplicate(800).release();
      new DescriptorRange(raw, raw).closeOnExecute();
      assertThat(SystemCall.invoke(Call.FCNTL, raw, F_GETFD)).isEqualTo(1);
      new DescriptorRange(raw, raw).close();
      assertThat(SystemCall.invoke(Call.FCNTL, raw, F_GETFD)).isEqualTo(-Errno.EBADF.number());
    }
  }

  @Test
  void aMissingFileIsATypedErrorThatNamesIt() {
    assertThatThrownBy(() -> Descriptor.open(folder.resolve("none"), OpenFlag.READ_ONLY, 0))
        .isInstanceOfSatisfying(
            LinuxException.class, failure -> assertThat(failure.is(Errno.ENOENT)).isTrue())
        .hasMessageContaining("none");
  }
}
