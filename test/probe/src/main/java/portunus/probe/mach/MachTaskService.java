// SPDX-License-Identifier: Apache-2.0
package portunus.probe.mach;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.mach.TaskFlavor;
import org.portunus.abi.mach.TrailerElements;
import org.portunus.abi.mach.VoucherKey;
import org.portunus.abi.wire.ComplexMessage;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.PortOptions;
import org.portunus.abi.wire.QosStatus;
import org.portunus.abi.wire.ReceiveQuestion;
import org.portunus.abi.wire.TaskUsage;
import org.portunus.abi.wire.UrgentMessage;
import org.portunus.abi.wire.VoucherRecipe;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.process.ThisProcess;
import org.portunus.system.port.Bootstrap;
import org.portunus.system.port.ConnectionEnd;
import org.portunus.system.port.DescribedMessage;
import org.portunus.system.port.KernelResultException;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.MachMessage;
import org.portunus.system.port.MachMessages;
import org.portunus.system.port.PortCounts;
import org.portunus.system.port.PortName;
import org.portunus.system.port.PortStatus;
import org.portunus.system.port.ReceiveRights;
import org.portunus.system.port.SendRights;
import org.portunus.system.port.TaskPorts;
import org.portunus.system.port.Vouchers;
import org.portunus.system.xpc.MemoryRight;

/** Carries the operations out on one kernel socket. */
public final class MachTaskService implements MachTask {
  private static final long PATIENCE_SECONDS = 30;

  private final KernelSocket kernel;
  private final Map<Integer, CompletableFuture<Boolean>> armed = new ConcurrentHashMap<>();
  private final Floods floods;

  /** Over the kernel socket of this process, which was started as a task. */
  public MachTaskService() {
    this(KernelSocket.ofTask());
  }

  /** Over a kernel socket that stays the caller's. */
  public MachTaskService(KernelSocket kernel) {
    this.kernel = kernel;
    this.floods = new Floods(kernel);
  }

  @Override
  public List<String> sendUntilRefused(int port) {
    return floods.sendUntilRefused(new PortName(port));
  }

  @Override
  public void startCalls(String service, int threads) {
    floods.start(service, threads);
  }

  @Override
  public long stopCalls() throws MachRefusal {
    return of(floods::stop);
  }

  @Override
  public long task() {
    return kernel.greeting().task().counter();
  }

  @Override
  public long pid() {
    return ThisProcess.pid();
  }

  @Override
  public int door(String service) throws MachRefusal {
    return of(() -> {
      PortName name = new Bootstrap(kernel).lookUp(service);
      leaveSet(name);
      kernel.deallocate(name);
      return name.number();
    });
  }

  private void leaveSet(PortName name) {
    try {
      kernel.moveMember(name, PortName.NULL);
    } catch (KernelResultException refused) {
      if (refused.result() != KernReturn.NOT_IN_SET) {
        throw refused;
      }
    }
  }

  @Override
  public int lookUp(String service) throws MachRefusal {
    return of(() -> new Bootstrap(kernel).lookUp(service).number());
  }

  @Override
  public int allocate(RightKind kind) throws MachRefusal {
    return of(() -> kernel.allocate(kind).number());
  }

  @Override
  public void insertRight(int name, int right, Disposition disposition) throws MachRefusal {
    run(() -> kernel.insertRight(new PortName(name), new PortName(right), disposition));
  }

  @Override
  public void modRefs(int name, RightKind kind, int delta) throws MachRefusal {
    run(() -> kernel.modRefs(new PortName(name), kind, delta));
  }

  @Override
  public void deallocate(int name) throws MachRefusal {
    run(() -> kernel.deallocate(new PortName(name)));
  }

  @Override
  public void destroy(int name) throws MachRefusal {
    run(() -> kernel.destroy(new PortName(name)));
  }

  @Override
  public int getRefs(int name, RightKind kind) throws MachRefusal {
    return of(() -> kernel.getRefs(new PortName(name), kind));
  }

  @Override
  public int type(int name) throws MachRefusal {
    return of(() -> kernel.type(new PortName(name)));
  }

  @Override
  public void setQueueLimit(int name, int messages) throws MachRefusal {
    run(() -> kernel.setQueueLimit(new PortName(name), messages));
  }

  @Override
  public void request(int name, NotificationKind kind, int sync, int notify) throws MachRefusal {
    run(() -> {
      Optional<PortName> previous =
          kernel.requestNotification(
              new PortName(name),
              kind,
              sync,
              Optional.of(new PortName(notify).as(Disposition.MAKE_SEND_ONCE)));
      previous.filter(PortName::isValid).ifPresent(kernel::deallocate);
    });
  }

  @Override
  public void moveMember(int member, int set) throws MachRefusal {
    run(() -> kernel.moveMember(new PortName(member), new PortName(set)));
  }

  @Override
  public void send(byte[] message) throws MachRefusal {
    OutgoingMessage read = read(message);
    run(() -> kernel.send(read, List.of()));
  }

  @Override
  public void sendOrNotify(byte[] message) throws MachRefusal {
    OutgoingMessage read = read(message);
    run(() -> rights().sendOrNotify(read));
  }

  private static OutgoingMessage read(byte[] message) {
    try {
      return OutgoingMessage.read(message);
    } catch (MalformedFrameException malformed) {
      throw new IllegalArgumentException("no message", malformed);
    }
  }

  @Override
  public byte[] receive(int name, long nanos) throws MachRefusal {
    Optional<MachMessage> message =
        of(() -> kernel.receive(new PortName(name), Duration.ofNanos(nanos)));
    try (MachMessage arrived =
        message.orElseThrow(() -> new MachRefusal(KernReturn.RCV_TIMED_OUT))) {
      return arrived.content().toBytes();
    }
  }

  @Override
  public void armAndWait(int name) throws MachRefusal {
    CompletableFuture<Boolean> available = new CompletableFuture<>();
    run(() -> kernel.arm(new PortName(name), () -> available.complete(true)));
    available.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public long connect(int name) throws MachRefusal {
    ConnectionEnd end = of(() -> kernel.connect(new PortName(name)));
    end.socket().close();
    end.link()
        .ifPresent(link -> {
          link.memory().close();
          link.right().ifPresent(kernel::deallocateLater);
        });
    kernel.connectionClosed(end.id());
    return end.id();
  }

  @Override
  public int construct(int flags, int queueLimit, String service, int servicePort, long context)
      throws MachRefusal {
    Optional<String> named = service.isEmpty() ? Optional.empty() : Optional.of(service);
    PortOptions options = new PortOptions(flags, queueLimit, named, servicePort);
    return of(() -> rights().construct(options, context).number());
  }

  private ReceiveRights rights() {
    return kernel.receiveRights();
  }

  @Override
  public void destruct(int name, int difference, long guard) throws MachRefusal {
    run(() -> rights().destruct(new PortName(name), difference, guard));
  }

  @Override
  public void guard(int name, long guard, long flags) throws MachRefusal {
    run(() -> rights().guard(new PortName(name), guard, flags));
  }

  @Override
  public void unguard(int name, long guard) throws MachRefusal {
    run(() -> rights().unguard(new PortName(name), guard));
  }

  @Override
  public void swapGuard(int name, long guard, long next) throws MachRefusal {
    run(() -> rights().swapGuard(new PortName(name), guard, next));
  }

  @Override
  public long context(int name) throws MachRefusal {
    return of(() -> rights().context(new PortName(name)));
  }

  @Override
  public void setContext(int name, long context) throws MachRefusal {
    run(() -> rights().setContext(new PortName(name), context));
  }

  @Override
  public void assertGuard(int name, long guard) throws MachRefusal {
    run(() -> rights().assertGuard(new PortName(name), guard));
  }

  @Override
  public int flags(int name) throws MachRefusal {
    return of(() -> rights().flags(new PortName(name)));
  }

  @Override
  public String service(int name) throws MachRefusal {
    return of(() -> rights().service(new PortName(name)));
  }

  @Override
  public void allocateName(RightKind kind, int name) throws MachRefusal {
    run(() -> rights().allocateName(kind, new PortName(name)));
  }

  @Override
  public void insertMember(int member, int set) throws MachRefusal {
    run(() -> rights().insertMember(new PortName(member), new PortName(set)));
  }

  @Override
  public void extractMember(int member, int set) throws MachRefusal {
    run(() -> rights().extractMember(new PortName(member), new PortName(set)));
  }

  @Override
  public List<Integer> members(int set) throws MachRefusal {
    return of(() -> rights().members(new PortName(set)).stream().map(PortName::number).toList());
  }

  @Override
  public void setExceptionPort(int port) throws MachRefusal {
    Optional<PortDescriptor> right =
        port == 0 ? Optional.empty() : Optional.of(new PortName(port).as(Disposition.COPY_SEND));
    run(() -> rights().setExceptionPort(right));
  }

  @Override
  public int taskSelf(TaskFlavor flavor) throws MachRefusal {
    return of(() -> new TaskPorts(kernel).self(flavor).number());
  }

  @Override
  public byte[] askTask(int port, int id, byte[] data, int right) throws MachRefusal {
    return of(() -> {
      PortName reply = kernel.allocate(RightKind.RECEIVE);
      List<PortDescriptor> rights =
          right == 0 ? List.of() : List.of(new PortName(right).as(Disposition.COPY_SEND));
      kernel.send(
          new OutgoingMessage(
              0,
              new PortName(port).as(Disposition.COPY_SEND),
              Optional.of(reply.as(Disposition.MAKE_SEND_ONCE)),
              id,
              rights,
              data),
          List.of());
      try (MachMessage answer =
          kernel.receive(reply, Duration.ofSeconds(PATIENCE_SECONDS)).orElseThrow()) {
        return answer.content().toBytes();
      } finally {
        kernel.destroy(reply);
      }
    });
  }

  @Override
  public List<Long> usageOf(int port) throws MachRefusal {
    TaskUsage usage = of(() -> new TaskPorts(kernel).usage(new PortName(port)));
    return List.of(
        (long) usage.suspendCount(),
        usage.names().held(),
        usage.messages().held(),
        usage.bytes().held());
  }

  @Override
  public List<Integer> namesOf(int port) throws MachRefusal {
    return of(() ->
        new TaskPorts(kernel)
            .names(new PortName(port)).stream().map(named -> named.name().number()).toList());
  }

  @Override
  public List<Integer> status(int name) throws MachRefusal {
    PortStatus status = of(() -> kernel.status(new PortName(name)));
    return List.of(
        status.makeSendCount(),
        status.sequenceNumber(),
        status.queueLimit(),
        status.messageCount(),
        status.sendOnceRights(),
        status.sendRights() == PortStatus.SendRights.NONE ? 0 : 1,
        status.portDestroyed() == PortStatus.Request.ABSENT ? 0 : 1,
        status.noSenders() == PortStatus.Request.ABSENT ? 0 : 1);
  }

  @Override
  public List<Integer> replaceRequest(
      int name, NotificationKind kind, int sync, int notify, Disposition disposition)
      throws MachRefusal {
    Optional<PortDescriptor> right =
        notify == 0 ? Optional.empty() : Optional.of(new PortName(notify).as(disposition));
    return of(() ->
        kernel.requestNotification(new PortName(name), kind, sync, right).stream()
            .map(PortName::number)
            .toList());
  }

  @Override
  public void arm(int name) throws MachRefusal {
    CompletableFuture<Boolean> available = new CompletableFuture<>();
    armed.put(name, available);
    run(() -> kernel.arm(new PortName(name), () -> available.complete(true)));
  }

  @Override
  public void awaitArmed(int name) {
    Objects.requireNonNull(armed.remove(name)).orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public int bootstrap() {
    return kernel.greeting().bootstrap().orElseThrow().number();
  }

  @Override
  public List<Integer> names() throws MachRefusal {
    return of(() -> rights().names().stream().map(entry -> entry.name().number()).toList());
  }

  @Override
  public MachAnswer receiveWithOptions(byte[] question) {
    return Asking.answer(() -> {
      try (DescribedMessage message =
          new MachMessages(kernel).receive(ReceiveQuestion.read(question))) {
        List<byte[]> memory = new ArrayList<>();
        for (int i = 0; i < message.memory().size(); i++) {
          memory.add(content(message.takeMemory(i)));
        }
        return new MachAnswer(KernReturn.SUCCESS, message.content().toBytes(), memory);
      }
    });
  }

  private static byte[] content(Descriptor memory) throws IOException {
    try (MemoryRight right = MemoryRight.ofDescriptor(memory);
        Arena arena = Arena.ofConfined()) {
      return right.map(arena).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  @Override
  public MachAnswer sendWithOptions(byte[] message, List<byte[]> memory) {
    return Asking.answer(() -> {
      List<MemoryRight> rights = new ArrayList<>();
      try {
        for (byte[] content : memory) {
          rights.add(MemoryRight.copyOf(MemorySegment.ofArray(content)));
        }
        List<Descriptor> descriptors = new ArrayList<>();
        rights.forEach(right -> descriptors.add(right.held().hold()));
        try {
          new MachMessages(kernel).send(ComplexMessage.read(message), descriptors);
        } finally {
          rights.forEach(right -> right.held().unhold());
        }
        return new MachAnswer(KernReturn.SUCCESS, new byte[0], List.of());
      } finally {
        rights.forEach(MemoryRight::close);
      }
    });
  }

  @Override
  public List<Integer> peek(int name, int sequence, TrailerElements elements) throws MachRefusal {
    MachMessages.Peeked peeked =
        of(() -> new MachMessages(kernel).peek(new PortName(name), sequence, elements));
    return List.of(peeked.sequence(), peeked.size(), peeked.id());
  }

  @Override
  public MachAnswer receiveInterrupted(byte[] question) {
    return interrupted(() -> receiveWithOptions(question));
  }

  @Override
  public MachAnswer sendInterrupted(byte[] message) {
    return interrupted(() -> sendWithOptions(message, List.of()));
  }

  /** The interrupt is there before the wait begins, and is seen once the request was sent. */
  private static MachAnswer interrupted(Supplier<MachAnswer> operation) {
    CompletableFuture<MachAnswer> answer = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              Thread.currentThread().interrupt();
              answer.complete(operation.get());
            });
    MachAnswer ended = answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    thread.interrupt();
    return ended;
  }

  @Override
  public MachAnswer sendUrgent(byte[] message) {
    return Asking.answer(() -> {
      new MachMessages(kernel).send(UrgentMessage.read(message), List.of());
      return new MachAnswer(KernReturn.SUCCESS, new byte[0], List.of());
    });
  }

  @Override
  public MachAnswer receiveUrgent(byte[] question) {
    return Asking.answer(() -> {
      try (DescribedMessage message =
          new MachMessages(kernel).receive(ReceiveQuestion.read(question))) {
        WireWriter told = new WireWriter();
        message.urgency().write(told);
        told.fixed(message.content().toBytes());
        return new MachAnswer(KernReturn.SUCCESS, told.toBytes(), List.of());
      }
    });
  }

  @Override
  public List<Qos> qos() {
    QosStatus status = new MachMessages(kernel).qos();
    return List.of(status.grant().own(), status.grant().ceiling(), status.effective());
  }

  @Override
  public List<Integer> serve(int port, int requests, int askers, long nanosOfWork) {
    return new UrgentTrials(kernel).serve(port, requests, askers, nanosOfWork);
  }

  @Override
  public int askUntilStopped(int to, Qos qos, int askers) {
    return new UrgentTrials(kernel).ask(to, qos, askers);
  }

  @Override
  public int createVoucher(byte[] recipes) throws MachRefusal {
    List<VoucherRecipe> read;
    try {
      read = VoucherRecipe.read(recipes);
    } catch (MalformedFrameException malformed) {
      throw new IllegalArgumentException("no recipes", malformed);
    }
    return of(() -> new Vouchers(kernel).create(read).number());
  }

  @Override
  public byte[] voucherContent(int voucher, VoucherKey key) throws MachRefusal {
    return of(() -> new Vouchers(kernel).content(new PortName(voucher), key));
  }

  @Override
  public long compute(int threads, long from, long until) {
    return UrgentTrials.compute(threads, from, until);
  }

  @Override
  public int diminish(int name, Disposition disposition, Powers powers) throws MachRefusal {
    return of(() ->
        new SendRights(kernel)
            .diminish(new PortName(name), disposition, powers.toSendPowers())
            .number());
  }

  @Override
  public Powers powers(int name) throws MachRefusal {
    return of(() -> Powers.of(new SendRights(kernel).powers(new PortName(name))));
  }

  private PortCounts portCounts() {
    return new PortCounts(kernel);
  }

  @Override
  public void setMakeSendCount(int name, int count) throws MachRefusal {
    run(() -> portCounts().setMakeSendCount(new PortName(name), count));
  }

  @Override
  public void setSequence(int name, int sequence) throws MachRefusal {
    run(() -> portCounts().setSequence(new PortName(name), sequence));
  }

  @Override
  public List<Integer> counts(int name) throws MachRefusal {
    return of(() -> portCounts().counts(new PortName(name)));
  }

  @Override
  public List<Integer> space() throws MachRefusal {
    return of(() -> portCounts().space());
  }

  @Override
  public String memory(MemoryTrial trial) {
    return new MemoryTrials(kernel).run(trial);
  }

  private static <T> T of(Supplier<T> operation) throws MachRefusal {
    try {
      return operation.get();
    } catch (KernelResultException refused) {
      throw new MachRefusal(refused.result());
    }
  }

  private static void run(Runnable operation) throws MachRefusal {
    try {
      operation.run();
    } catch (KernelResultException refused) {
      throw new MachRefusal(refused.result());
    }
  }
}
