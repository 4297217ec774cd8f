// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.ServiceType;
import org.portunus.system.xpc.wire.Decoder;
import org.portunus.system.xpc.wire.Dispatcher;
import org.portunus.system.xpc.wire.Encoder;
import org.portunus.system.xpc.wire.Peer;
import org.portunus.system.xpc.wire.Repetition;
import org.portunus.system.xpc.wire.ReplyReader;
import org.portunus.system.xpc.wire.RequestWriter;

/** Damaged messages give a value or the one typed error, and never much memory. */
final class MutationTest {
  private static final long SEED = Long.getLong("portunus.seed", 20261122L);
  private static final int MESSAGES = 60;
  private static final int MUTATIONS = 400;
  private static final int[] NASTY = {
    0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0xFFFF, 0x10000, 0xFFFFFF, 0x3FFFFFFF, 0x7FFFFFFF, -1
  };

  /** Objects are few and small: a message of n bytes may cost this, and n times the factor. */
  private static final long ALLOCATION_BASE = 64 * 1024;

  private static final long ALLOCATION_FACTOR = 200;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Random random = new Random(SEED);
  private int values;
  private int errors;

  @Test
  void damagedArguments() {
    GalleryService service = new GalleryService();
    Dispatcher dispatcher = GalleryXpc.TYPE.dispatcher(service);
    Loop loop = Loop.to(GalleryXpc.TYPE, service);
    for (Loop.Sent sent : record(loop)) {
      for (int i = 0; i < MUTATIONS; i++) {
        byte[] bytes = mutate(sent.bytes());
        measured(
            bytes,
            () -> {
              try (Decoder in = new Decoder(loop).begin(bytes, 0, bytes.length, List.of());
                  Encoder reply = new Encoder(loop, Loop.LIMIT)) {
                dispatcher.dispatch(loop, sent.method(), in, reply);
              }
            },
            service);
      }
    }
    assertThat(errors).as("seed %d, %d values", SEED, values).isGreaterThan(1000);
    assertThat(values).as("seed %d, %d errors", SEED, errors).isGreaterThan(1000);
  }

  @Test
  void damagedResults() {
    GalleryService service = new GalleryService();
    Loop loop = Loop.to(GalleryXpc.TYPE, service);
    record(loop);
    List<byte[]> replies = List.copyOf(loop.replies);
    for (int r = 0; r < replies.size(); r++) {
      int which = r % 4;
      for (int i = 0; i < MUTATIONS; i++) {
        byte[] bytes = mutate(replies.get(r));
        Gallery client = GalleryXpc.TYPE.proxy(new Answering(bytes), Peer.ROOT);
        measured(bytes, () -> call(client, which), service);
      }
    }
    assertThat(errors).as("seed %d, %d values", SEED, values).isGreaterThan(1000);
  }

  /** Calls with ever the same arguments: only the reply counts. */
  private static void call(Gallery client, int which) throws Exception {
    switch (which) {
      case 0 -> client.echo(new RandomValues(SEED).everything());
      case 1 -> client.mirror(new Gallery.Tree("", List.of(), Optional.empty()));
      case 2 -> client.reduce(new Gallery.Expression.Constant(0));
      default -> client.maps(Map.of(), Map.of(), Map.of());
    }
  }

  /** One of each call for each message, whose bytes the loop keeps. */
  private static List<Loop.Sent> record(Loop loop) {
    Gallery client = GalleryXpc.TYPE.proxy(loop, Peer.ROOT);
    RandomValues values = new RandomValues(SEED);
    for (int i = 0; i < MESSAGES / 4; i++) {
      client.echo(values.everything());
      client.mirror(values.tree(3));
      client.reduce(values.expression(4));
      client.maps(
          Map.of(values.text(), i),
          Map.of(new UUID(i, i), values.bytes()),
          Map.of((byte) i, Map.of()));
    }
    return List.copyOf(loop.requests);
  }

  /** A call that may throw. */
  private interface Attempt {
    void run() throws Exception;
  }

  private void measured(byte[] bytes, Attempt attempt, GalleryService service) {
    long allowed = ALLOCATION_BASE + ALLOCATION_FACTOR * bytes.length;
    long allocated = allocated(bytes, attempt, service);
    if (allocated > allowed) {
      // The first time a path is taken the JVM itself allocates: classes, call sites.
      allocated = allocated(bytes, attempt, service);
    }
    assertThat(allocated)
        .as("seed %d, %d bytes of message", SEED, bytes.length)
        .isLessThanOrEqualTo(allowed);
  }

  private long allocated(byte[] bytes, Attempt attempt, GalleryService service) {
    long before = threads.getCurrentThreadAllocatedBytes();
    service.called = false;
    try {
      attempt.run();
      values++;
    } catch (PortunusException e) {
      errors++;
      assertThat(e.code()).isEqualTo(ErrorCode.DECODE);
      assertThat(service.called).as("called with damaged arguments").isFalse();
    } catch (Gallery.TooLarge | Gallery.Unwanted declared) {
      values++;
    } catch (Exception | StackOverflowError | OutOfMemoryError other) {
      fail("seed " + SEED + ", bytes " + Arrays.toString(bytes), other);
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private byte[] mutate(byte[] original) {
    byte[] bytes = original.clone();
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      if (bytes.length == 0) {
        return new byte[random.nextInt(5)];
      }
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(8));
        default -> {
          int nasty = NASTY[random.nextInt(NASTY.length)];
          for (int i = 0; i < 4 && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (nasty >> (8 * i));
          }
        }
      }
    }
    return bytes;
  }

  /** A peer that answers every call with the same bytes. */
  private record Answering(byte[] reply) implements Peer {
    @Override
    public Encoder request() {
      return new Encoder(this, Loop.LIMIT);
    }

    @Override
    public Decoder call(int object, int method, Encoder request) {
      return new Decoder(this).begin(reply, 0, reply.length, List.of());
    }

    @Override
    public <T extends @Nullable Object> CompletionStage<T> callStaged(
        int object,
        int method,
        Repetition repetition,
        RequestWriter parameters,
        ReplyReader<T> result) {
      throw new IllegalStateException("no staged calls here");
    }

    @Override
    public void send(int object, int method, Encoder request) {
      throw new IllegalStateException("no one-way calls here");
    }

    @Override
    public <T> int export(ServiceType<T> type, T implementation) {
      throw new IllegalStateException("no references here");
    }

    @Override
    public void retract(int object) {
      throw new IllegalStateException("no references here");
    }

    @Override
    public <T> T adopt(ServiceType<T> type, int object) {
      throw new IllegalStateException("no references here");
    }
  }
}
