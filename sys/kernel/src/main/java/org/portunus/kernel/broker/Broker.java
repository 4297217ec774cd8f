// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.broker;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.kernel.loop.EventLoop;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.Epoll;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.process.ThisProcess;
import org.portunus.linux.socket.Credentials;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.linux.socket.WaitMode;

/**
 * Main of the broker. It prints one line of JSON when the instance takes connections, and ends with
 * the instance: status 0 after an orderly end, 1 when the kernel task ended by itself, 2 when it
 * could not be started.
 *
 * <p>A program that connects waits here until the kernel has answered, so that it hears why it is
 * refused.
 *
 * <p>Lock: none; all but the signal handler is the main thread, which also starts the kernel task
 * (parent-death signals are per thread).
 */
public final class Broker {
  /** The uid that stands for a uid outside the user namespace: nobody's, always refused. */
  private static final int OVERFLOW_UID = 65534;

  private static final int BACKLOG = 64;

  /** Most programs that wait for the kernel's answer. */
  private static final int MAX_WAITING = 64;

  private static final long END_SECONDS = 5;

  private final InstanceSettings settings;
  private final EventLoop loop;
  private final Descriptor listener;
  private final SeqpacketChannel kernel;
  private final KernelLaunch launch;
  private final ArrayDeque<WaitingPeer> waiting = new ArrayDeque<>();
  private final CrashFolder crashes;
  private int sessions;
  private boolean kernelEnded;
  private boolean draining;
  private boolean wasReady;

  private Broker(
      InstanceSettings settings,
      EventLoop loop,
      Descriptor listener,
      SeqpacketChannel kernel,
      KernelLaunch launch) {
    this.settings = settings;
    this.loop = loop;
    this.listener = listener;
    this.kernel = kernel;
    this.launch = launch;
    this.crashes = new CrashFolder(settings.run());
  }

  /** Arguments: see {@link InstanceSettings#parse}. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    InstanceSettings settings;
    try {
      settings = InstanceSettings.parse(List.of(arguments));
    } catch (IllegalArgumentException wrong) {
      System.err.println("portunus broker: " + wrong.getMessage());
      System.exit(2);
      return;
    }
    try (VersionHold _ = VersionHold.take(settings.hold())) {
      ThisProcess.makeUndumpable();
      JobOwners.check(settings.jobs(), ThisProcess.effectiveUid());
      System.exit(runInstance(settings));
    } catch (PortunusException refusal) {
      System.err.println("portunus broker: " + refusal.getMessage());
      System.exit(2);
    }
  }

  /** Whoever holds the socket cleans up; an instance that runs there already keeps what it has. */
  private static int runInstance(InstanceSettings settings)
      throws IOException, InterruptedException {
    try (Descriptor listener = UnixSocket.listen(settings.doorSocket(), 0600, BACKLOG)) {
      Object own = key(settings.doorSocket());
      CountDownLatch cleaned = new CountDownLatch(1);
      try (EventLoop loop = new EventLoop()) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> endOnSignal(loop, cleaned)));
        return serve(settings, loop, listener);
      } finally {
        cleanUp(settings, own);
        cleaned.countDown();
      }
    }
  }

  private static int serve(InstanceSettings settings, EventLoop loop, Descriptor listener)
      throws IOException, InterruptedException {
    Files.setPosixFilePermissions(
        settings.doorSocket(), PosixFilePermissions.fromString("rw-------"));
    UnixSocket.Pair pair = UnixSocket.pair();
    UnixSocket.passCredentials(pair.first());
    try (KernelLaunch launch = startKernel(settings, pair.second());
        SeqpacketChannel kernel = SeqpacketChannel.of(pair.first(), PeerAnnouncement.MAX_BYTES)) {
      return new Broker(settings, loop, listener, kernel, launch).serve();
    }
  }

  private static KernelLaunch startKernel(InstanceSettings settings, Descriptor socket)
      throws IOException, InterruptedException {
    try (socket;
        Descriptor log =
            Descriptor.open(
                settings.log(),
                OpenFlag.WRITE_ONLY | OpenFlag.APPEND | OpenFlag.CREATE | OpenFlag.NO_FOLLOW,
                0600)) {
      String caches = AotBuild.refresh(settings.jdk(), settings.system());
      if (!caches.isEmpty()) {
        KernelLaunch.record(log, settings, LogEvent.of("aot.refresh").with("what", caches));
      }
      return KernelLaunch.start(settings, socket, log);
    }
  }

  private static void endOnSignal(EventLoop loop, CountDownLatch cleaned) {
    try {
      if (cleaned.getCount() == 0) {
        return;
      }
      loop.stop();
      if (!cleaned.await(END_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("portunus broker: the run folder could not be cleaned in time");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private int serve() throws IOException {
    loop.watch(launch.child().pidfd(), Epoll.READABLE, events -> kernelEnded());
    loop.watch(listener, Epoll.READABLE, events -> acceptPeer());
    loop.watch(kernel.descriptor(), Epoll.READABLE, events -> heardFromKernel());
    if (settings.lifeline() == InstanceSettings.Lifeline.STDIN) {
      loop.watch(Descriptor.own(0), Epoll.READABLE | Epoll.HANG_UP, events -> heardFromStarter());
    }
    loop.run();
    waiting.forEach(WaitingPeer::close);
    if (!kernelEnded || draining) {
      return 0;
    }
    launch.failure().ifPresent(why -> System.err.println("portunus broker: " + why));
    if (!wasReady) {
      StartFailure.causes().forEach(cause -> System.err.println("portunus broker: " + cause));
    }
    return 1;
  }

  /** A byte asks to end when the last program has left; the end of the stream, to end now. */
  private void heardFromStarter() {
    try (Arena arena = Arena.ofConfined()) {
      if (Descriptor.own(0).read(arena.allocate(1)) <= 0) {
        loop.stop();
      } else if (!draining) {
        draining = true;
        byte[] order = {PeerAnnouncement.DRAIN};
        if (kernel.send(order, 0, order.length, new int[0], 0, WaitMode.DONT_WAIT) <= 0) {
          kernelEnded();
        }
      }
    }
  }

  private void kernelEnded() {
    kernelEnded = true;
    loop.stop();
  }

  private void heardFromKernel() {
    try (ReceivedMessage message = new ReceivedMessage(PeerAnnouncement.MAX_BYTES)) {
      int length = kernel.receive(message, WaitMode.DONT_WAIT);
      if (length <= 0) {
        kernelEnded();
      } else if (message.descriptorCount() == 1) {
        keepCrash(message, length);
      } else if (length > 1) {
        answered(message.data().asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
      } else if (message.hasCredentials()) {
        wasReady = true;
        ready(message.pid());
      }
    }
  }

  private void keepCrash(ReceivedMessage message, int length) {
    byte[] name = message.data().asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    try (Descriptor report = message.takeDescriptor(0)) {
      crashes.keep(CrashDelivery.read(name).name(), report);
    } catch (IOException failure) {
      System.err.println("portunus broker: a crash report is lost: " + failure.getMessage());
    }
  }

  private void answered(byte[] answer) {
    try {
      PeerAnswer read = PeerAnswer.read(answer);
      WaitingPeer peer = waiting.remove();
      if (read.error() == 0) {
        peer.admit();
      } else {
        peer.refuse(read);
      }
    } catch (MalformedFrameException | NoSuchElementException violation) {
      System.err.println("portunus broker: the kernel task's answer: " + violation);
      kernelEnded();
    }
  }

  /** From now on programs that connect come here, whoever served there before. */
  private void ready(int kernelPid) {
    try {
      if (!settings.doorSocket().equals(settings.socket())) {
        Files.move(settings.doorSocket(), settings.socket(), StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException failure) {
      System.err.println("portunus broker: its socket can't be put in place: " + failure);
      kernelEnded();
      return;
    }
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.printf("{\"instance\":\"%s\",\"kernelPid\":%d}%n", settings.instance(), kernelPid);
  }

  /** Attests one program, announces it, and keeps it until the kernel has answered. */
  private void acceptPeer() {
    try (Descriptor peer = UnixSocket.accept(listener)) {
      Credentials who = UnixSocket.peer(peer);
      if (who.uid() == OVERFLOW_UID) {
        return;
      }
      WaitingPeer program = WaitingPeer.of(peer);
      if (waiting.size() >= MAX_WAITING) {
        program.refuse(refusal(ErrorCode.LIMIT_PEERS, MAX_WAITING + " programs wait to be let in"));
        return;
      }
      try {
        announce(who, program);
      } catch (LinuxException failure) {
        program.refuse(refusal(ErrorCode.SYSTEM_CALL, String.valueOf(failure.getMessage())));
      }
    } catch (LinuxException failure) {
      System.err.println("portunus broker: a program could not connect: " + failure.getMessage());
    }
  }

  private void announce(Credentials who, WaitingPeer program) throws LinuxException {
    UnixSocket.Pair pair = UnixSocket.pair();
    program.keep(pair.second());
    try (Descriptor kernelEnd = pair.first()) {
      UnixSocket.passCredentials(kernelEnd);
      sessions++;
      byte[] announcement =
          new PeerAnnouncement(who.uid(), who.gid(), sessions, who.pid()).toBytes();
      int[] file = {kernelEnd.raw()};
      int told =
          kernel.send(announcement, 0, announcement.length, file, file.length, WaitMode.DONT_WAIT);
      if (told > 0) {
        waiting.add(program);
      } else {
        program.refuse(
            refusal(ErrorCode.SYSTEM_CALL, "the kernel task could not be told: error " + -told));
      }
    }
  }

  private static PeerAnswer refusal(ErrorCode code, String why) {
    return new PeerAnswer(code.number(), why);
  }

  private static Object key(Path socket) throws IOException {
    Object key = Files.readAttributes(socket, BasicFileAttributes.class).fileKey();
    return key == null ? socket : key;
  }

  /** The socket of a successor stays. */
  private static void cleanUp(InstanceSettings settings, Object own) throws IOException {
    for (Path socket : List.of(settings.doorSocket(), settings.socket())) {
      if (Files.exists(socket) && key(socket).equals(own)) {
        Files.deleteIfExists(socket);
      }
    }
    if (settings.keeping() == InstanceSettings.Keeping.NOTHING) {
      Files.deleteIfExists(settings.log());
      new CrashFolder(settings.run()).remove();
      Files.deleteIfExists(settings.run());
    }
  }
}
