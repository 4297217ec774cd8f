// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.Pipe;
import org.portunus.linux.process.ResourceLimit;
import org.portunus.linux.process.ThisProcess;

class SeqpacketChannelTest {
  private static final int LIMIT = 4096;
  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

  private SeqpacketChannel left;
  private SeqpacketChannel right;
  private final ReceivedMessage message = new ReceivedMessage(LIMIT);

  @BeforeEach
  void connect() throws LinuxException {
    UnixSocket.Pair pair = UnixSocket.pair();
    UnixSocket.passCredentials(pair.second());
    left = SeqpacketChannel.of(pair.first(), LIMIT);
    right = SeqpacketChannel.of(pair.second(), LIMIT);
  }

  @AfterEach
  void close() {
    message.close();
    left.close();
    right.close();
  }

  @Test
  void messageArrivesWholeWithTheSendersCredentials() {
    assertThat(left.send(HELLO, 1, 3, WaitMode.DONT_WAIT)).isEqualTo(3);

    assertThat(right.receive(message, WaitMode.DONT_WAIT)).isEqualTo(3);
    assertThat(text()).isEqualTo("ell");
    assertThat(message.hasCredentials()).isTrue();
    assertThat(message.pid()).isEqualTo(ThisProcess.pid());
    assertThat(message.uid()).isEqualTo(ThisProcess.effectiveUid());
    assertThat(message.gid()).isEqualTo(ThisProcess.effectiveGid());
  }

  @Test
  void withoutTheOptionThereAreNoCredentials() {
    right.send(HELLO, 0, HELLO.length, WaitMode.DONT_WAIT);

    assertThat(left.receive(message, WaitMode.DONT_WAIT)).isEqualTo(HELLO.length);
    assertThat(message.hasCredentials()).isFalse();
  }

  @Test
  void nativeMemoryIsSentWithoutCopy() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, HELLO);
      assertThat(left.send(bytes, new int[0], 0, WaitMode.WAIT)).isEqualTo(HELLO.length);
    }
    right.receive(message, WaitMode.WAIT);
    assertThat(text()).isEqualTo("hello");
  }

  @Test
  void sixteenDescriptorsArriveInOrderAndWork() throws LinuxException {
    int[] raw = new int[16];
    Pipe[] pipes = new Pipe[16];
    for (int i = 0; i < 16; i++) {
      pipes[i] = Pipe.create();
      raw[i] = pipes[i].writer().raw();
    }
    assertThat(left.send(HELLO, 0, 1, raw, 16, WaitMode.WAIT)).isEqualTo(1);
    assertThat(right.receive(message, WaitMode.WAIT)).isEqualTo(1);

    assertThat(message.descriptorCount()).isEqualTo(16);
    for (int i = 0; i < 16; i++) {
      try (Descriptor received = message.takeDescriptor(i)) {
        received.writeFully(new byte[] {(byte) i});
      }
      assertThat(pipes[i].reader().readFully(1)).containsExactly(i);
      pipes[i].close();
    }
  }

  @Test
  void aDescriptorIsTakenOnceAndTheRestIsClosed() throws Exception {
    long before = openDescriptors();
    int[] raw = {0, 1, 2};
    left.send(HELLO, 0, 1, raw, 3, WaitMode.WAIT);
    right.receive(message, WaitMode.WAIT);
    Descriptor taken = message.takeDescriptor(1);
    assertThatThrownBy(() -> message.takeDescriptor(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> message.takeDescriptor(3))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(openDescriptors()).isEqualTo(before + 3);

    left.send(HELLO, 0, 1, WaitMode.WAIT);
    right.receive(message, WaitMode.WAIT);
    assertThat(openDescriptors()).isEqualTo(before + 1);
    taken.close();
  }

  @Test
  void aMessageBeyondTheBufferIsTypedAndLeavesNothing() throws Exception {
    long before = openDescriptors();
    try (ReceivedMessage small = new ReceivedMessage(4)) {
      left.send(HELLO, 0, 5, new int[] {1}, 1, WaitMode.WAIT);
      assertThat(right.receive(small, WaitMode.WAIT)).isEqualTo(SeqpacketChannel.TRUNCATED);
      assertThat(small.descriptorCount()).isZero();
      assertThat(small.length()).isZero();
    }
    assertThat(openDescriptors()).isEqualTo(before);
  }

  @Test
  void moreThanSixteenDescriptorsAreTypedAndLeaveNothing() throws Exception {
    long before = openDescriptors();
    HostileSender.send(left.descriptor(), 17);
    assertThat(right.receive(message, WaitMode.WAIT)).isEqualTo(SeqpacketChannel.CONTROL_TRUNCATED);
    assertThat(message.descriptorCount()).isZero();
    HostileSender.send(right.descriptor(), 200);
    assertThat(left.receive(message, WaitMode.WAIT)).isEqualTo(SeqpacketChannel.CONTROL_TRUNCATED);
    assertThat(openDescriptors()).isEqualTo(before);

    left.send(HELLO, 0, 5, WaitMode.WAIT);
    assertThat(right.receive(message, WaitMode.WAIT)).isEqualTo(5);
  }

  @Test
  void descriptorsThatFindNoRoomAreTyped() throws Exception {
    ResourceLimit.Pair limits = ResourceLimit.OPEN_FILES.get();
    left.send(HELLO, 0, 1, new int[] {0, 1, 2}, 3, WaitMode.WAIT);
    try (Descriptor highest = Descriptor.open(Path.of("/dev/null"), 0, 0)) {
      // The lowest free number is the next one, so no further descriptor fits.
      ResourceLimit.OPEN_FILES.set(0, new ResourceLimit.Pair(highest.raw() + 1L, limits.hard()));
      int result = right.receive(message, WaitMode.WAIT);
      ResourceLimit.OPEN_FILES.set(0, limits);
      assertThat(result).isEqualTo(SeqpacketChannel.CONTROL_TRUNCATED);
    } finally {
      ResourceLimit.OPEN_FILES.set(0, limits);
    }
  }

  @Test
  void limitsOfTheSenderAreErrorsNotMessages() {
    assertThat(left.send(HELLO, 0, 1, new int[17], 17, WaitMode.WAIT))
        .isEqualTo(-Errno.EMSGSIZE.number());
    assertThat(left.send(new byte[LIMIT + 1], 0, LIMIT + 1, WaitMode.WAIT))
        .isEqualTo(-Errno.EMSGSIZE.number());
    assertThat(left.send(HELLO, 0, 0, WaitMode.WAIT)).isEqualTo(-Errno.EINVAL.number());
    assertThat(left.send(HELLO, 0, 1, new int[] {-1}, 1, WaitMode.WAIT))
        .isEqualTo(-Errno.EBADF.number());
    assertThat(right.receive(message, WaitMode.DONT_WAIT)).isEqualTo(-Errno.EAGAIN.number());
  }

  @Test
  void aFullSocketSaysSoInsteadOfWaiting() {
    byte[] page = new byte[LIMIT];
    int result = LIMIT;
    for (int i = 0; i < 10_000 && result == LIMIT; i++) {
      result = left.send(page, 0, LIMIT, WaitMode.DONT_WAIT);
    }
    assertThat(result).isEqualTo(-Errno.EAGAIN.number());
  }

  @Test
  void theEndOfThePeerIsZeroThenBrokenPipe() {
    right.close();
    assertThat(left.receive(message, WaitMode.WAIT)).isZero();
    assertThat(left.send(HELLO, 0, 1, WaitMode.WAIT)).isEqualTo(-Errno.EPIPE.number());
  }

  @Test
  void closeWakesABlockedReceiver() throws Exception {
    int[] result = {-1};
    Thread receiver =
        Thread.ofPlatform().start(() -> result[0] = left.receive(message, WaitMode.WAIT));
    left.close();
    receiver.join();
    // The receiver may have come late.
    assertThat(result[0]).isIn(0, SeqpacketChannel.CLOSED);
    assertThat(left.send(HELLO, 0, 1, WaitMode.WAIT)).isEqualTo(SeqpacketChannel.CLOSED);
  }

  @Test
  void messagesOfSeveralSendersDoNotMix() throws Exception {
    int senders = 4;
    int each = 2000;
    Thread[] threads = new Thread[senders];
    for (int i = 0; i < senders; i++) {
      byte[] bytes = new byte[100 + i];
      Arrays.fill(bytes, (byte) i);
      threads[i] =
          Thread.ofPlatform()
              .start(() -> {
                for (int round = 0; round < each; round++) {
                  left.send(bytes, 0, bytes.length, new int[] {0}, 1, WaitMode.WAIT);
                }
              });
    }
    int[] counts = new int[senders];
    for (int i = 0; i < senders * each; i++) {
      int length = right.receive(message, WaitMode.WAIT);
      byte sender = message.data().get(ValueLayout.JAVA_BYTE, 0);
      assertThat(length).isEqualTo(100 + sender);
      assertThat(message.data().get(ValueLayout.JAVA_BYTE, length - 1L)).isEqualTo(sender);
      assertThat(message.descriptorCount()).isEqualTo(1);
      counts[sender]++;
    }
    assertThat(counts).containsOnly(each);
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Test
  void listeningPathAcceptsAndTellsWhoConnected(@TempDir Path folder) throws Exception {
    Path path = folder.resolve("socket");
    try (Descriptor listener = UnixSocket.listen(path, 0600, 4);
        Descriptor client = UnixSocket.connect(path);
        Descriptor server = UnixSocket.accept(listener)) {
      assertThat(UnixSocket.peer(server))
          .isEqualTo(
              new Credentials(
                  ThisProcess.pid(), ThisProcess.effectiveUid(), ThisProcess.effectiveGid()));
      assertThat(Files.getPosixFilePermissions(path)).hasSize(2);
      UnixSocket.setSendBuffer(client, 65536);
      assertThat(UnixSocket.sendBuffer(client)).isEqualTo(2 * 65536);
      assertThat(UnixSocket.receiveBuffer(client)).isPositive();
    }
    assertThatThrownBy(() -> UnixSocket.listen(folder.resolve("x".repeat(120)), 0600, 1))
        .isInstanceOf(LinuxException.class)
        .hasMessageContaining("107");
    assertThatThrownBy(() -> UnixSocket.connect(path))
        .isInstanceOfSatisfying(
            LinuxException.class, e -> assertThat(e.is(Errno.ECONNREFUSED)).isTrue());
  }

  private String text() {
    byte[] bytes = message.data().toArray(ValueLayout.JAVA_BYTE);
    return new String(Arrays.copyOf(bytes, message.length()), StandardCharsets.UTF_8);
  }

  private static long openDescriptors() throws Exception {
    try (var names = Files.list(Path.of("/proc/self/fd"))) {
      return names.count();
    }
  }
}
