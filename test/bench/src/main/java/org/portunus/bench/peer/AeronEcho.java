// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.peer;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.portunus.bench.pair.JavaProcess;
import org.portunus.bench.pair.Latency;
import org.portunus.bench.pair.Rounds;

/**
 * Exclusive publications over aeron:ipc, both ends spinning. The media driver is in the answering
 * process: it has no part in a message's way, only in the limits that it moves once a millisecond.
 */
record AeronEcho() implements Ends {
  private static final String CHANNEL = "aeron:ipc";
  private static final int THERE = 1001;
  private static final int BACK = 1002;
  private static final int BYTES = 64;
  private static final int TERM = 1 << 20;

  /** Longer than it may be stopped while others have their turn. */
  private static final long STOPPED_NANOS = TimeUnit.HOURS.toNanos(1);

  /** The two streams of an end. */
  private record Streams(ExclusivePublication out, Image in, BufferClaim claim) {
    static Streams open(Aeron aeron, int out, int in) {
      ExclusivePublication publication = aeron.addExclusivePublication(CHANNEL, out);
      Subscription subscription = aeron.addSubscription(CHANNEL, in);
      while (!publication.isConnected() || !subscription.isConnected()) {
        Thread.onSpinWait();
      }
      return new Streams(publication, subscription.imageAtIndex(0), new BufferClaim());
    }

    void send(UnsafeBuffer bytes) {
      while (out.tryClaim(BYTES, claim) < 0) {
        Thread.onSpinWait();
      }
      claim.buffer().putBytes(claim.offset(), bytes, 0, BYTES);
      claim.commit();
    }

    void receive(FragmentHandler handler) {
      while (in.poll(handler, 1) == 0) {
        Thread.onSpinWait();
      }
    }
  }

  private static UnsafeBuffer buffer() {
    return new UnsafeBuffer(ByteBuffer.allocateDirect(BYTES));
  }

  private static Aeron connect(Path folder) {
    return Aeron.connect(
        new Aeron.Context()
            .aeronDirectoryName(folder.resolve("aeron").toString())
            .driverTimeoutMs(TimeUnit.NANOSECONDS.toMillis(STOPPED_NANOS)));
  }

  @Override
  public void call(Path folder, JavaProcess other, Rounds rounds) throws Exception {
    Process service = other.start();
    String _ = ReadyLine.await(service);
    try (Aeron aeron = connect(folder)) {
      Streams streams = Streams.open(aeron, THERE, BACK);
      UnsafeBuffer bytes = buffer();
      FragmentHandler handler = (from, at, length, header) -> bytes.putBytes(0, from, at, length);
      rounds.serve(
          new Latency(() -> {
            streams.send(bytes);
            streams.receive(handler);
          }),
          service.pid());
    }
  }

  @Override
  public void serve(Path folder, PrintStream ready) {
    MediaDriver.Context context =
        new MediaDriver.Context()
            .aeronDirectoryName(folder.resolve("aeron").toString())
            .threadingMode(ThreadingMode.SHARED)
            .sharedIdleStrategy(new SleepingMillisIdleStrategy(1))
            .ipcTermBufferLength(TERM)
            .termBufferSparseFile(false)
            .clientLivenessTimeoutNs(STOPPED_NANOS)
            .publicationUnblockTimeoutNs(2 * STOPPED_NANOS)
            .performStorageChecks(false);
    try (MediaDriver _ = MediaDriver.launch(context);
        Aeron aeron = connect(folder)) {
      ReadyLine.say(ready, "ready");
      Streams streams = Streams.open(aeron, BACK, THERE);
      UnsafeBuffer bytes = buffer();
      FragmentHandler handler =
          (from, at, length, header) -> {
            bytes.putBytes(0, from, at, length);
            streams.send(bytes);
          };
      while (!streams.in().isClosed()) {
        streams.receive(handler);
      }
    }
  }
}
