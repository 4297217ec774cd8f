// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.kernel.custody.Closer;
import org.portunus.kernel.custody.DescriptorRoom;
import org.portunus.kernel.loop.EventLoop;
import org.portunus.linux.call.Errno;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.linux.socket.WaitMode;

/** Frames that the kernel's loop carries from one socket to the other. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
final class RelayTest {
  private static final int LONGEST = ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY;
  private static final int ROOM = 8;

  private final DescriptorRoom room = new DescriptorRoom(ROOM);
  private final CompletableFuture<Relay> ended = new CompletableFuture<>();
  private EventLoop loop;
  private Thread thread;
  private Relay relay;
  private SeqpacketChannel client;
  private SeqpacketChannel service;
  private ReceivedMessage received;

  @BeforeEach
  void start() throws Exception {
    loop = new EventLoop();
    UnixSocket.Pair first = UnixSocket.pair();
    UnixSocket.Pair second = UnixSocket.pair();
    client = SeqpacketChannel.of(first.first(), LONGEST + 1);
    service = SeqpacketChannel.of(second.first(), LONGEST);
    received = new ReceivedMessage(LONGEST);
    relay =
        new Relay(
            loop,
            new Closer(),
            room,
            new ReceivedMessage(LONGEST),
            first.second(),
            second.second(),
            () -> ended.complete(relay));
    thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                loop.run();
              } catch (Exception broken) {
                ended.completeExceptionally(broken);
              }
            });
  }

  @AfterEach
  void stop() throws InterruptedException {
    loop.stop();
    thread.join();
    loop.close();
    client.close();
    service.close();
    received.close();
  }

  private static byte[] frame(Kind kind, long call, int length, int descriptors) {
    ByteBuffer frame = ByteBuffer.allocate(ConnectionFrame.HEAD + length);
    new ConnectionFrame(kind, 0, descriptors, 1, call, 0, length, 0).write(frame);
    return frame.array();
  }

  private static int send(SeqpacketChannel from, byte[] frame, int... descriptors) {
    return from.send(frame, 0, frame.length, descriptors, descriptors.length, WaitMode.WAIT);
  }

  private long receivedCall(SeqpacketChannel at) {
    int length = at.receive(received, WaitMode.WAIT);
    assertThat(length).isGreaterThanOrEqualTo(ConnectionFrame.HEAD);
    return Long.reverseBytes(received.data().asByteBuffer().getLong(8));
  }

  @Test
  void framesPassInOrderBothWaysAndAreCounted() throws Exception {
    for (int i = 1; i <= 100; i++) {
      assertThat(send(client, frame(Kind.REQUEST, i, i, 0))).isPositive();
      assertThat(receivedCall(service)).isEqualTo(i);
      assertThat(send(service, frame(Kind.REPLY, i, 0, 0))).isPositive();
      assertThat(receivedCall(client)).isEqualTo(i);
    }
    CompletableFuture<Long> frames = new CompletableFuture<>();
    loop.post(() -> frames.complete(relay.frames()));
    assertThat(frames.get()).isEqualTo(200);
  }

  @Test
  void descriptorsPassUntouchedAndTheKernelKeepsNone() throws Exception {
    try (MemoryFile file = MemoryFile.create("passed")) {
      file.write(0, MemorySegment.ofArray(new byte[] {7}).asReadOnly());
      assertThat(send(client, frame(Kind.REQUEST, 1, 0, 1), file.descriptor().raw())).isPositive();
      assertThat(receivedCall(service)).isEqualTo(1);
      assertThat(received.descriptorCount()).isEqualTo(1);
      try (Descriptor passed = received.takeDescriptor(0)) {
        assertThat(passed.status().inode()).isEqualTo(file.descriptor().status().inode());
      }
      assertThat(used()).isZero();
    }
  }

  private int used() throws Exception {
    CompletableFuture<Integer> used = new CompletableFuture<>();
    loop.post(() -> used.complete(room.used()));
    return used.get();
  }

  @Test
  void whoDoesNotReadStopsItsPeerAndNothingIsLost() {
    byte[] frame = frame(Kind.REQUEST, 1, ConnectionFrame.MAX_BODY, 0);
    int sent = 0;
    Optional<Integer> refusal = Optional.empty();
    int quiet = 0;
    while (quiet < 1000) {
      int result = client.send(frame, 0, frame.length, WaitMode.DONT_WAIT);
      if (result > 0) {
        sent++;
        quiet = 0;
      } else {
        refusal = Optional.of(result);
        quiet++;
        Thread.onSpinWait();
      }
      assertThat(sent).isLessThan(64);
    }
    assertThat(Errno.EAGAIN.is(refusal.orElseThrow())).isTrue();
    for (int i = 0; i < sent; i++) {
      assertThat(receivedCall(service)).isEqualTo(1);
    }
    assertThat(send(client, frame(Kind.REQUEST, 2, 0, 0))).isPositive();
    assertThat(receivedCall(service)).isEqualTo(2);
  }

  @Test
  void theEndOfOneSideIsTheEndOfTheOtherAfterWhatWasSent() throws Exception {
    assertThat(send(client, frame(Kind.REQUEST, 1, 5, 0))).isPositive();
    client.close();
    assertThat(receivedCall(service)).isEqualTo(1);
    assertThat(service.receive(received, WaitMode.WAIT)).isZero();
    assertThat(ended.get()).isSameAs(relay);
  }

  @Test
  void aServiceThatStopsToTakeStillAnswers() throws Exception {
    assertThat(send(client, frame(Kind.REQUEST, 1, 0, 0))).isPositive();
    assertThat(receivedCall(service)).isEqualTo(1);
    assertThat(service.shutdown(UnixSocket.Direction.RECEIVE)).isZero();
    int result = 1;
    while (result > 0) {
      result = send(client, frame(Kind.REQUEST, 2, 0, 0));
    }
    assertThat(Errno.EPIPE.is(result)).isTrue();
    assertThat(send(service, frame(Kind.REPLY, 1, 0, 0))).isPositive();
    assertThat(receivedCall(client)).isEqualTo(1);
    client.close();
    assertThat(ended.get()).isSameAs(relay);
  }

  @Test
  void whatIsNoFrameEndsTheConnection() throws Exception {
    byte[] lies = frame(Kind.REQUEST, 1, 10, 0);
    lies[20] = 11;
    assertThat(send(client, lies)).isPositive();
    assertThat(ended.get()).isSameAs(relay);
    assertThat(service.receive(received, WaitMode.WAIT)).isZero();
  }

  @Test
  void moreDescriptorsThanThereIsRoomForEndTheConnection() throws Exception {
    try (MemoryFile file = MemoryFile.create("many")) {
      int[] many = new int[ROOM + 1];
      Arrays.fill(many, file.descriptor().raw());
      assertThat(send(client, frame(Kind.REQUEST, 1, 0, many.length), many)).isPositive();
      assertThat(ended.get()).isSameAs(relay);
      assertThat(used()).isZero();
    }
  }
}
