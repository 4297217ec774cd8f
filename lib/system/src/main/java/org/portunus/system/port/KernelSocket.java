// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.identity.PeerRequirement;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.link.SeverWords;
import org.portunus.system.port.KernelExchange.Received;
import org.portunus.system.socket.FrameSocket;
import org.portunus.system.socket.PacketSocket;

/**
 * This task's kernel socket: one method for each operation, callable from any thread, several at
 * once. Waits are not ended by interrupts; the interrupt is kept.
 *
 * <p>Every method throws {@link KernelResultException} for a result other than success, and {@link
 * PortunusException} INSTANCE_ENDED once the socket has ended. No lock of its own: {@link
 * KernelExchange} and {@link KernelListeners} have theirs.
 */
public final class KernelSocket implements AutoCloseable {
  /** The descriptor at which a task finds its kernel socket. */
  public static final int TASK_DESCRIPTOR = 3;

  private static final int MAX_CALLS = 1024;
  private static final Duration GREETING_PATIENCE = Duration.ofSeconds(30);

  private final KernelExchange exchange;
  final Questions questions;
  final ReplyPorts replies = new ReplyPorts(this);
  private final KernelListeners listeners;
  private final KernelTickets tickets;
  private final KernelGreeting greeting;
  private Optional<SeverWords> severWords = Optional.empty();
  private Optional<RehearsalMemory> rehearsal = Optional.empty();

  /** The one kernel socket of a process that is a task. */
  private static final class OfTask {
    static final KernelSocket SOCKET = over(Descriptor.own(TASK_DESCRIPTOR));
  }

  private KernelSocket(FrameSocket socket, long features) {
    listeners = new KernelListeners(this::callFinished);
    exchange = new KernelExchange(socket, listeners::accept);
    questions = new Questions(exchange);
    tickets = new KernelTickets(exchange);
    listeners.onConnectionEnded(tickets::ended);
    var _ = exchange.end().thenAccept(listeners::end);
    exchange.start();
    listeners.start();
    try {
      greeting = greet(features);
    } catch (RuntimeException refusal) {
      exchange.close();
      throw refusal;
    }
  }

  /**
   * Says hello on a connected kernel socket, whose descriptor becomes its own.
   *
   * @throws PortunusException VERSION with both ranges; INSTANCE_ENDED
   */
  public static KernelSocket over(Descriptor socket) {
    return over(socket, Hello.OF_KERNEL_SOCKETS);
  }

  private static KernelSocket over(Descriptor socket, long features) {
    try {
      return new KernelSocket(PacketSocket.of(socket, KernelExchange.maximumFrame()), features);
    } catch (LinuxException failure) {
      throw new PortunusException(ErrorCode.SYSTEM_CALL, "kernel socket", failure);
    }
  }

  /** The same over an end of another kind. */
  public static KernelSocket over(FrameSocket socket) {
    return new KernelSocket(socket, Hello.OF_KERNEL_SOCKETS);
  }

  /** The kernel socket of this process, which the kernel started as a task. */
  public static KernelSocket ofTask() {
    return OfTask.SOCKET;
  }

  /**
   * Becomes a task of a running instance from outside.
   *
   * @param runSocket the instance's socket
   * @throws PortunusException INSTANCE_ENDED when nobody listens there, DENIED, LIMIT_PEERS
   */
  public static KernelSocket connect(Path runSocket) {
    return over(BrokerDoor.enter(runSocket));
  }

  /** The same as a program whose connections are to be sockets, without links. */
  public static KernelSocket connectWithoutLinks(Path runSocket) {
    return over(BrokerDoor.enter(runSocket), Hello.OF_KERNEL_SOCKETS & ~Hello.LINKS);
  }

  private KernelGreeting greet(long features) {
    Hello own =
        new Hello(
            Hello.oldestSpoken(),
            Hello.newestSpoken(),
            features,
            KernelFrame.MAX_BODY,
            KernelFrame.MAX_DESCRIPTORS,
            MAX_CALLS,
            0);
    WireWriter body = new WireWriter();
    own.write(body);
    Received reply =
        exchange
            .await(
                exchange.send(KernelOperation.HELLO, body.toBytes(), List.of()), GREETING_PATIENCE)
            .orElseThrow(() ->
                new PortunusException(
                    ErrorCode.INSTANCE_ENDED, "the kernel did not answer the hello"));
    takeMemory(reply);
    return ReplyReading.read(
        ReplyReading.checked(KernelOperation.HELLO, reply),
        in -> {
          Hello peer = Hello.read(in);
          if (own.versionWith(peer) == 0) {
            throw new PortunusException(
                ErrorCode.VERSION,
                "this task speaks kernel protocol %d to %d, the kernel %d to %d"
                    .formatted(own.lowest(), own.highest(), peer.lowest(), peer.highest()));
          }
          return KernelGreeting.read(peer, in);
        });
  }

  /** Whoever gives memory is the kernel, whose socket this is; one without links gives none. */
  private void takeMemory(Received hello) {
    List<Descriptor> given = hello.descriptors();
    boolean kept = false;
    try {
      if (!given.isEmpty()) {
        severWords = Optional.of(SeverWords.map(given.getFirst()));
      }
      if (given.size() == 2) {
        rehearsal = Optional.of(new RehearsalMemory(given.getFirst(), given.getLast()));
        kept = true;
      }
    } finally {
      if (!kept) {
        hello.closeDescriptors();
      }
    }
  }

  /** What a spare is given to rehearse with; the caller's, once. */
  public Optional<RehearsalMemory> takeRehearsalMemory() {
    Optional<RehearsalMemory> taken = rehearsal;
    rehearsal = Optional.empty();
    return taken;
  }

  /** The kernel's words about this task's links; empty if the kernel makes none. */
  public Optional<SeverWords> severWords() {
    return severWords;
  }

  /** What the kernel said first. */
  public KernelGreeting greeting() {
    return greeting;
  }

  /** What is about rights on their way over connections; empty if this kernel keeps none. */
  public Optional<KernelTickets> tickets() {
    return (greeting.peer().features() & Hello.RIGHT_TICKETS) == 0
        ? Optional.empty()
        : Optional.of(tickets);
  }

  /** What is about receive rights with attributes, sets and exceptions. */
  public ReceiveRights receiveRights() {
    return new ReceiveRights(questions);
  }

  /** PORT_ALLOCATE: a new receive right, port set or dead name. */
  public PortName allocate(RightKind kind) {
    return ReplyReading.name(
        questions.ask(KernelOperation.PORT_ALLOCATE, new WireWriter().u8(kind.number())),
        "allocated name");
  }

  /** PORT_INSERT_RIGHT: gives this task a right made from one that it has. */
  public void insertRight(PortName name, PortName right, Disposition disposition) {
    questions.done(
        KernelOperation.PORT_INSERT_RIGHT,
        new WireWriter().i32(name.number()).i32(right.number()).u8(disposition.number()));
  }

  /** PORT_MOD_REFS: changes the user references of one kind of right. */
  public void modRefs(PortName name, RightKind kind, int delta) {
    questions.done(
        KernelOperation.PORT_MOD_REFS,
        new WireWriter().i32(name.number()).u8(kind.number()).i32(delta));
  }

  /** PORT_DEALLOCATE: gives up one user reference. */
  public void deallocate(PortName name) {
    questions.done(KernelOperation.PORT_DEALLOCATE, new WireWriter().i32(name.number()));
  }

  /**
   * Gives up a right that arrived and that nobody wants. Its port may die at any moment, which
   * leaves a dead name or, of a notification's, nothing.
   */
  public void giveUp(PortDescriptor arrived) {
    PortName name = new PortName(arrived.name());
    if (!name.isValid()) {
      return;
    }
    try {
      switch (arrived.disposition().arrivesAs()) {
        case RECEIVE -> modRefs(name, RightKind.RECEIVE, -1);
        case SEND, SEND_ONCE, PORT_SET, DEAD_NAME -> deallocate(name);
      }
    } catch (KernelResultException gone) {
      if (gone.result() != KernReturn.INVALID_NAME && gone.result() != KernReturn.INVALID_RIGHT) {
        throw gone;
      }
    }
  }

  /** PORT_DESTROY: gives up every right of the name. */
  public void destroy(PortName name) {
    questions.done(KernelOperation.PORT_DESTROY, new WireWriter().i32(name.number()));
  }

  /** PORT_GET_REFS: user references of one kind of right. */
  public int getRefs(PortName name, RightKind kind) {
    WireWriter body = new WireWriter().i32(name.number()).u8(kind.number());
    return ReplyReading.number(questions.ask(KernelOperation.PORT_GET_REFS, body), "references");
  }

  /** PORT_TYPE: bits of {@link RightKind#typeBit}. */
  public int type(PortName name) {
    return ReplyReading.number(
        questions.ask(KernelOperation.PORT_TYPE, new WireWriter().i32(name.number())), "type mask");
  }

  /** PORT_GET_STATUS of a receive right. */
  public PortStatus status(PortName name) {
    return ReplyReading.read(
        questions.ask(KernelOperation.PORT_GET_STATUS, new WireWriter().i32(name.number())),
        in -> {
          PortStatus status = PortStatus.read(in);
          in.end();
          return status;
        });
  }

  /** PORT_SET_QUEUE_LIMIT, messages. */
  public void setQueueLimit(PortName name, int messages) {
    questions.done(
        KernelOperation.PORT_SET_QUEUE_LIMIT, new WireWriter().i32(name.number()).i32(messages));
  }

  /**
   * PORT_REQUEST_NOTIFICATION.
   *
   * @param notify the right that the notification uses up; empty takes the request back
   * @return the send-once right of the request before, if there was one
   */
  public Optional<PortName> requestNotification(
      PortName name, NotificationKind kind, int sync, Optional<PortDescriptor> notify) {
    WireWriter body =
        new WireWriter()
            .i32(name.number())
            .u8(kind.number())
            .i32(sync)
            .u8(notify.isPresent() ? 1 : 0);
    notify.ifPresent(right -> body.i32(right.name()).u8(right.disposition().number()));
    return ReplyReading.read(
        questions.ask(KernelOperation.PORT_REQUEST_NOTIFICATION, body),
        in -> {
          Optional<PortName> previous = Optional.empty();
          if (in.u8("previous present") == 1) {
            previous = Optional.of(new PortName(in.i32("previous name")));
          }
          in.end();
          return previous;
        });
  }

  /**
   * PORT_MOVE_MEMBER: puts a receive right into a port set, and out of the one it was in.
   *
   * @param set {@link PortName#NULL} for none
   */
  public void moveMember(PortName member, PortName set) {
    questions.done(
        KernelOperation.PORT_MOVE_MEMBER, new WireWriter().i32(member.number()).i32(set.number()));
  }

  /** MESSAGE_SEND; the descriptors stay the caller's. */
  public void send(OutgoingMessage message, List<Descriptor> descriptors) {
    ReplyReading.read(
        ReplyReading.checked(
            KernelOperation.MESSAGE_SEND,
            questions.withoutDescriptors(
                exchange.send(KernelOperation.MESSAGE_SEND, message.toBytes(), descriptors))),
        ReplyReading::nothing);
  }

  /** MESSAGE_RECEIVE: waits for the next message of a port or set as long as it takes. */
  public MachMessage receive(PortName name) {
    return message(KernelOperation.MESSAGE_RECEIVE, from(name, OutgoingMessage.FOR_EVER));
  }

  /** MESSAGE_RECEIVE: empty when none came in this time; zero only looks. */
  public Optional<MachMessage> receive(PortName name, Duration timeout) {
    try {
      long nanos = Math.max(0, timeout.toNanos());
      return Optional.of(message(KernelOperation.MESSAGE_RECEIVE, from(name, nanos)));
    } catch (KernelResultException e) {
      if (e.result() == KernReturn.RCV_TIMED_OUT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * MESSAGE_EXCHANGE: sends, then receives; empty when no answer came in this time.
   *
   * @param reply receive right that the answer comes to, which the caller gives up afterwards
   */
  public Optional<MachMessage> ask(OutgoingMessage question, PortName reply, Duration timeout) {
    try {
      return Optional.of(exchange(question, reply, Math.max(0, timeout.toNanos())));
    } catch (KernelResultException e) {
      if (e.result() == KernReturn.RCV_TIMED_OUT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** MESSAGE_EXCHANGE: answers, then waits for the next message as long as it takes. */
  public MachMessage answer(OutgoingMessage answer, PortName next) {
    return exchange(answer, next, OutgoingMessage.FOR_EVER);
  }

  private MachMessage exchange(OutgoingMessage message, PortName name, long nanos) {
    return message(KernelOperation.MESSAGE_EXCHANGE, from(name, nanos).fixed(message.toBytes()));
  }

  static WireWriter from(PortName name, long nanos) {
    return new WireWriter().i32(name.number()).i64(nanos);
  }

  private MachMessage message(KernelOperation operation, WireWriter body) {
    return received(operation, exchange.send(operation, body.toBytes(), List.of()));
  }

  MachMessage received(KernelOperation operation, CompletableFuture<Received> pending) {
    return questions.taken(
        operation,
        pending,
        (in, descriptors) ->
            new MachMessage(
                IncomingMessage.read(in.fixed("message", in.remaining())), descriptors));
  }

  /**
   * PORT_ARM: has the listener called once, on the event thread, when the port has a message; at
   * once if it has. A second arm of the same port replaces the listener.
   */
  public void arm(PortName name, Runnable whenAvailable) {
    listeners.arm(name, whenAvailable);
    try {
      questions.done(KernelOperation.PORT_ARM, new WireWriter().i32(name.number()));
    } catch (RuntimeException refusal) {
      listeners.disarm(name);
      throw refusal;
    }
  }

  /** PORT_REQUIRE: from now on who connects to the port has to meet this; empty: anybody may. */
  public void require(PortName receiveRight, Optional<PeerRequirement> requirement) {
    questions.done(KernelOperation.PORT_REQUIRE, required(receiveRight, requirement));
  }

  private WireWriter required(PortName name, Optional<PeerRequirement> requirement) {
    WireWriter body = new WireWriter().i32(name.number());
    requirement.ifPresent(wanted -> {
      if ((greeting.peer().features() & Hello.PEER_REQUIREMENTS) == 0) {
        throw new PortunusException(
            ErrorCode.PEER_REQUIREMENT, "this kernel can't check a requirement: " + wanted);
      }
      body.string(wanted.toString());
    });
    return body;
  }

  /** The same without a requirement. */
  public ConnectionEnd connect(PortName serviceSendRight) {
    return connect(serviceSendRight, Optional.empty());
  }

  /**
   * CONNECT: a connection to whoever holds the receive right.
   *
   * @param requirement what that task has to be
   * @throws PortunusException PEER_REQUIREMENT when this task is not who the other requires
   */
  public ConnectionEnd connect(PortName serviceSendRight, Optional<PeerRequirement> requirement) {
    return questions.take(
        KernelOperation.CONNECT,
        required(serviceSendRight, requirement),
        (in, descriptors) -> ConnectionEnd.read(in, descriptors));
  }

  /**
   * LINK_OPEN: this service's end of the link of a connection that it was given; empty if this
   * kernel makes no links.
   *
   * @throws PortunusException INVALID when the client is gone, DENIED, LIMIT_CONNECTIONS
   */
  public Optional<LinkGrant> openLink(long connection) {
    if (severWords.isEmpty()) {
      return Optional.empty();
    }
    return questions.take(
        KernelOperation.LINK_OPEN,
        new WireWriter().i64(connection),
        (in, descriptors) ->
            in.remaining() == 0
                ? Optional.empty()
                : Optional.of(LinkGrant.read(in, ReplyReading.only(descriptors))));
  }

  /** LINK_CLOSED: this task has unmapped the link of a connection. Does not wait for the kernel. */
  public void linkClosed(long connection) {
    questions.tell(KernelOperation.LINK_CLOSED, new WireWriter().i64(connection));
  }

  /**
   * Runs on the event thread when the kernel revokes the link of this connection, until {@link
   * #forgetLink}. What it revoked before shows in the sever words only.
   */
  public void onLinkRevoked(long connection, Runnable action) {
    listeners.onLinkRevoked(connection, action);
  }

  /** Nobody wants to hear of this link any more. */
  public void forgetLink(long connection) {
    listeners.forgetLink(connection);
  }

  /**
   * MEMORY_CREATE: memory of fixed size, writable until {@link #sealMemory}.
   *
   * @throws PortunusException LIMIT_MEMORY
   */
  public KernelMemory createMemory(long size) {
    return questions.take(
        KernelOperation.MEMORY_CREATE,
        new WireWriter().i64(size),
        (in, descriptors) -> new KernelMemory(in.i64("number"), ReplyReading.only(descriptors)));
  }

  /**
   * MEMORY_SEAL: nobody can change it any more.
   *
   * @throws PortunusException RIGHT_REFUSED while it is mapped for writing
   */
  public void sealMemory(KernelMemory memory) {
    questions.done(KernelOperation.MEMORY_SEAL, new WireWriter().i64(memory.number()));
  }

  /** CALL_OVERDUE: a call of this client is past its deadline. Does not wait for the kernel. */
  public void callOverdue(long connection, long call) {
    questions.tell(KernelOperation.CALL_OVERDUE, new WireWriter().i64(connection).i64(call));
  }

  /** CALL_INTERRUPTED: a call of this client, whose service has ended. Does not wait. */
  public void callInterrupted(long connection, long call, int method) {
    if ((greeting.peer().features() & Hello.LAST_CALLS) != 0) {
      questions.tell(
          KernelOperation.CALL_INTERRUPTED, new WireWriter().i64(connection).i64(call).i32(method));
    }
  }

  /** CONNECTION_CLOSED: this client is done with a connection. Does not wait for the kernel. */
  public void connectionClosed(long connection) {
    questions.tell(KernelOperation.CONNECTION_CLOSED, new WireWriter().i64(connection));
  }

  /** PORT_DEALLOCATE without waiting; a name that is gone already does not matter. */
  public void deallocateLater(PortName name) {
    questions.tell(KernelOperation.PORT_DEALLOCATE, new WireWriter().i32(name.number()));
  }

  /** PORT_DESTROY without waiting for the kernel. */
  public void destroyLater(PortName name) {
    questions.tell(KernelOperation.PORT_DESTROY, new WireWriter().i32(name.number()));
  }

  /** CALL_FINISHED: the overdue call of this service's client has ended. Does not wait. */
  public void callFinished(long connection, long call) {
    questions.tell(KernelOperation.CALL_FINISHED, new WireWriter().i64(connection).i64(call));
  }

  /** From now on the listener hears of cancelled calls, on the event thread. */
  public void onCallCancel(CallCancelListener listener) {
    listeners.onCallCancel(listener);
  }

  /** From now on the kernel is told of these counts when it asks. */
  public void onReport(CallCounts counts) {
    listeners.onReport(counts, questions);
  }

  /** The action runs once when this task is asked to end in good order, on the event thread. */
  public void onTerminate(Runnable action) {
    listeners.onTerminate(action);
  }

  /** TASK_READY of a task that is system code: returns when the kernel has verified its sandbox. */
  public void announceReady() {
    questions.done(KernelOperation.TASK_READY, new WireWriter());
  }

  /** TASK_READY: waits for the code that this task is to run. */
  public TaskStart taskReady() {
    questions.done(KernelOperation.TASK_READY, new WireWriter());
    try {
      return listeners.taskStart().join();
    } catch (CompletionException e) {
      throw KernelExchange.instanceEnded();
    }
  }

  /** TASK_IDLE: when it returns, no connection request is delivered to this task any more. */
  public void taskIdle() {
    questions.done(KernelOperation.TASK_IDLE, new WireWriter());
  }

  /** Whether the kernel answers within this time: a round trip, without effect. */
  public Liveness liveness(Duration patience) {
    return questions.liveness(patience);
  }

  /** Whether the socket has ended. */
  public boolean hasEnded() {
    return exchange.end().isDone();
  }

  /**
   * Runs once when the socket has ended, at once if it has. On the event or the caller's thread.
   */
  public void onEnd(Runnable action) {
    listeners.onEnd(action);
  }

  /** Leaves the instance: everybody who waits gets INSTANCE_ENDED. */
  @Override
  public void close() {
    exchange.close();
  }
}
