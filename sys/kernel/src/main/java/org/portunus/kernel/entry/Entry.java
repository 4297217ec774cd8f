// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.crash.LastCalls;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.identity.PeerRequirement;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.wire.HostMessage;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.Route;
import org.portunus.abi.wire.SendPowers;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.custody.Closer;
import org.portunus.kernel.custody.ConnectionEnd;
import org.portunus.kernel.custody.DescriptorRoom;
import org.portunus.kernel.custody.HeldFile;
import org.portunus.kernel.custody.HeldMemories;
import org.portunus.kernel.custody.Sealer;
import org.portunus.kernel.link.Links;
import org.portunus.kernel.link.Relays;
import org.portunus.kernel.loop.EventLoop;
import org.portunus.kernel.object.Custody;
import org.portunus.kernel.object.DiminishedRights;
import org.portunus.kernel.object.Ipc;
import org.portunus.kernel.object.KernelMessage;
import org.portunus.kernel.object.Outcome;
import org.portunus.kernel.object.Port;
import org.portunus.kernel.object.SendOption;
import org.portunus.kernel.object.Shortage;
import org.portunus.kernel.object.Space;
import org.portunus.kernel.session.Session;
import org.portunus.kernel.task.RunningTask;
import org.portunus.kernel.task.TaskStarts;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.UnixSocket;

/**
 * The entry of one task into the kernel: every operation that it can ask for, in one switch.
 *
 * <p>Lock: none; the loop.
 */
public final class Entry implements Session.Receiver {
  private final Kernel kernel;
  private final RunningTask task;
  private Optional<MessageOperations> messages = Optional.empty();
  private Optional<MemoryOperations> memory = Optional.empty();

  /** What all entries share. */
  public record Kernel(
      EventLoop loop,
      Ipc ipc,
      Connections connections,
      Links links,
      Relays relays,
      Tickets tickets,
      Closer closer,
      DescriptorRoom room,
      Sealer sealer,
      Greeter greeter,
      TaskStarts starts,
      LastServed lastServed,
      MemoryEntries entries) {}

  public Entry(Kernel kernel, RunningTask task) {
    this.kernel = kernel;
    this.task = task;
  }

  /** Ties the entry to its socket; before anything can arrive. */
  public void attach(Session session) {
    DescriptorRoom own = task.custody(kernel.room);
    messages =
        Optional.of(
            new MessageOperations(
                kernel.loop,
                kernel.connections,
                new HeldMemories(kernel.closer, own),
                task,
                session));
    memory =
        Optional.of(
            new MemoryOperations(kernel.closer, own, kernel.sealer, kernel.entries, task, session));
  }

  @Override
  public void received(Session session, KernelFrame frame, ReceivedMessage incoming)
      throws MalformedFrameException {
    KernelOperation operation =
        KernelOperation.of(frame.operation())
            .orElseThrow(() -> new MalformedFrameException("operation is " + frame.operation()));
    if (frame.kind() != KernelFrame.REQUEST) {
      throw new MalformedFrameException("a task sends requests only");
    }
    if (frame.descriptors() > 0 && !mayCarryDescriptors(operation)) {
      throw new MalformedFrameException("descriptors with " + operation);
    }
    requireVerified(operation);
    boolean greeted = task.state() != RunningTask.State.LAUNCHED;
    if (greeted == (operation == KernelOperation.HELLO)) {
      throw new MalformedFrameException(greeted ? "second hello" : "no hello before " + operation);
    }
    task.task().beginRequest();
    handle(session, operation, frame, incoming);
  }

  /** A service whose sandbox was not looked at can say that it is ready, and nothing else. */
  private void requireVerified(KernelOperation operation) throws MalformedFrameException {
    boolean unverified =
        switch (task.state()) {
          case GREETED, VERIFYING, WAITING -> true;
          case LAUNCHED, RUNNING, DRAINING, ENDING, ENDED -> false;
        };
    boolean confined =
        switch (task.kind()) {
          case SERVICE, SPARE -> true;
          case LAUNCHD, OUTSIDE -> false;
        };
    if (confined && unverified && operation != KernelOperation.TASK_READY) {
      throw new MalformedFrameException(operation + " before the sandbox was verified");
    }
  }

  /** Only launchd hands descriptors to the kernel itself: code images and log pipes. */
  private boolean mayCarryDescriptors(KernelOperation operation) {
    return operation == KernelOperation.RIGHTS_DEPOSIT
        || operation == KernelOperation.MESSAGE_SEND_OPTIONS
        || operation == KernelOperation.MESSAGE_SEND_QOS
        || (operation == KernelOperation.MESSAGE_SEND && task.kind() == RunningTask.Kind.LAUNCHD);
  }

  private void handle(
      Session session, KernelOperation operation, KernelFrame frame, ReceivedMessage incoming)
      throws MalformedFrameException {
    Space space = task.task().space();
    MessageOperations message = messages.orElseThrow();
    switch (operation) {
      case HELLO -> kernel.greeter.greet(task, session, frame);
      case PORT_ALLOCATE -> reply(session, frame, PortOperations.allocate(space, frame));
      case PORT_ALLOCATE_ALL -> reply(session, frame, PortOperations.allocateAll(space, frame));
      case PORT_INSERT_RIGHT -> reply(session, frame, PortOperations.insertRight(space, frame));
      case PORT_MOD_REFS -> reply(session, frame, PortOperations.modRefs(space, frame));
      case PORT_DEALLOCATE -> reply(session, frame, PortOperations.deallocate(space, frame));
      case PORT_DESTROY -> reply(session, frame, PortOperations.destroy(space, frame));
      case PORT_GET_REFS -> reply(session, frame, PortOperations.getRefs(space, frame));
      case PORT_TYPE -> reply(session, frame, PortOperations.type(space, frame));
      case PORT_GET_STATUS -> reply(session, frame, PortOperations.status(space, frame));
      case PORT_SET_QUEUE_LIMIT ->
          reply(session, frame, PortOperations.setQueueLimit(space, frame));
      case PORT_REQUEST_NOTIFICATION ->
          reply(session, frame, PortOperations.requestNotification(space, frame));
      case PORT_MOVE_MEMBER -> reply(session, frame, PortOperations.moveMember(space, frame));
      case PORT_CONSTRUCT -> reply(session, frame, AttributeOperations.construct(space, frame));
      case PORT_DESTRUCT -> reply(session, frame, AttributeOperations.destruct(space, frame));
      case PORT_GUARD -> reply(session, frame, AttributeOperations.guard(space, frame));
      case PORT_UNGUARD -> reply(session, frame, AttributeOperations.unguard(space, frame));
      case PORT_SWAP_GUARD -> reply(session, frame, AttributeOperations.swapGuard(space, frame));
      case PORT_GET_CONTEXT -> reply(session, frame, AttributeOperations.context(space, frame));
      case PORT_SET_CONTEXT -> reply(session, frame, AttributeOperations.setContext(space, frame));
      case PORT_ASSERT_GUARD ->
          reply(session, frame, AttributeOperations.assertGuard(space, frame));
      case PORT_GET_FLAGS -> reply(session, frame, AttributeOperations.flags(space, frame));
      case PORT_GET_SERVICE -> reply(session, frame, AttributeOperations.service(space, frame));
      case PORT_IS_CONNECTION_OF ->
          reply(session, frame, AttributeOperations.isConnectionOf(space, frame));
      case PORT_ALLOCATE_NAME ->
          reply(session, frame, AttributeOperations.allocateName(space, frame));
      case PORT_INSERT_MEMBER ->
          reply(session, frame, AttributeOperations.insertMember(space, frame));
      case PORT_EXTRACT_MEMBER ->
          reply(session, frame, AttributeOperations.extractMember(space, frame));
      case PORT_GET_SET_STATUS -> reply(session, frame, AttributeOperations.members(space, frame));
      case PORT_NAMES -> reply(session, frame, AttributeOperations.names(space, frame));
      case TASK_SET_EXCEPTION_PORT ->
          reply(session, frame, AttributeOperations.setExceptionPort(task.task(), frame));
      case PORT_SET_MSCOUNT ->
          reply(session, frame, AttributeOperations.setMakeSendCount(space, frame));
      case PORT_SET_SEQNO -> reply(session, frame, AttributeOperations.setSequence(space, frame));
      case PORT_GET_COUNTS -> reply(session, frame, AttributeOperations.counts(space, frame));
      case SPACE_INFO -> reply(session, frame, AttributeOperations.spaceInfo(task.task(), frame));
      case PORT_DIMINISH -> reply(session, frame, RightOperations.diminish(space, frame));
      case PORT_GET_POWERS -> reply(session, frame, RightOperations.powers(space, frame));
      case TASK_SELF -> reply(session, frame, AttributeOperations.taskSelf(task.task(), frame));
      case MESSAGE_SEND -> message.send(frame, take(incoming), SendOption.NONE);
      case MESSAGE_SEND_NOTIFY -> message.send(frame, List.of(), SendOption.NOTIFY);
      case MESSAGE_RECEIVE -> message.receive(frame);
      case MESSAGE_RECEIVE_OPTIONS -> message.receiveWithOptions(frame);
      case MESSAGE_SEND_OPTIONS -> message.sendWithOptions(frame, incoming);
      case MESSAGE_SEND_QOS -> message.sendUrgent(frame, incoming);
      case TASK_GET_QOS -> reply(session, frame, QosOperations.status(task.task(), frame));
      case VOUCHER_CREATE -> reply(session, frame, VoucherOperations.create(task.task(), frame));
      case VOUCHER_EXTRACT -> reply(session, frame, VoucherOperations.extract(task.task(), frame));
      case MESSAGE_ABORT -> message.abort(frame);
      case PORT_PEEK -> message.peek(frame);
      case MESSAGE_EXCHANGE -> message.exchange(frame);
      case PORT_ARM -> message.arm(frame);
      case MEMORY_CREATE -> memory.orElseThrow().create(frame);
      case MEMORY_SEAL -> memory.orElseThrow().seal(frame);
      case MEMORY_SHARE -> memory.orElseThrow().share(frame);
      case MEMORY_ENTRY -> memory.orElseThrow().enter(frame);
      case MEMORY_PART -> kernel.entries.part(task, session, frame);
      case MEMORY_OBTAIN -> kernel.entries.obtain(task, session, frame);
      case PORT_REQUIRE -> reply(session, frame, PortOperations.require(space, frame));
      case CONNECT -> connect(session, frame);
      case RIGHTS_DEPOSIT -> kernel.tickets.deposit(task, frame, incoming);
      case RIGHTS_REDEEM -> kernel.tickets.redeem(task, session, frame);
      case RIGHTS_WITHDRAW -> kernel.tickets.withdraw(task, session, frame);
      case RIGHTS_DISCARD -> kernel.tickets.discard(task, frame);
      case RIGHTS_WAITING -> kernel.tickets.count(task, session, frame);
      case CONNECTION_CLOSED -> {
        long connection = connectionOf(frame);
        kernel.lastServed.closing(task, connection, kernel.connections.ends(connection));
        kernel.links.closed(task, connection);
        kernel.connections.closed(task, connection);
        reply(session, frame, PortOperations.Answer.SUCCESS);
      }
      case LINK_OPEN -> openLink(session, frame);
      case LINK_CLOSED -> {
        kernel.links.closed(task, connectionOf(frame));
        reply(session, frame, PortOperations.Answer.SUCCESS);
      }
      case CALL_OVERDUE -> {
        Call call = Call.read(frame);
        kernel.connections.overdue(task, call.connection, call.call);
        reply(session, frame, PortOperations.Answer.SUCCESS);
      }
      case CALL_FINISHED -> {
        Call call = Call.read(frame);
        kernel.connections.finished(task, call.connection, call.call);
        reply(session, frame, PortOperations.Answer.SUCCESS);
      }
      case CALL_INTERRUPTED -> {
        WireReader in = new WireReader(frame.body());
        long connection = in.i64("connection");
        LastCalls.Call call = new LastCalls.Call(in.i64("call"), in.i32("method"));
        in.end();
        kernel.lastServed.interrupted(task, connection, call, kernel.connections.ends(connection));
        reply(session, frame, PortOperations.Answer.SUCCESS);
      }
      case REPORT -> {
        WireReader in = new WireReader(frame.body());
        long taken = in.i64("calls taken");
        long answered = in.i64("calls answered");
        in.end();
        task.tell(Math.max(0, taken), Math.max(0, answered));
        reply(session, frame, PortOperations.Answer.SUCCESS);
      }
      case TASK_READY -> {
        requireState(RunningTask.State.GREETED, operation);
        kernel.starts.ready(task, () -> reply(session, frame, PortOperations.Answer.SUCCESS));
      }
      case TASK_IDLE -> {
        requireState(RunningTask.State.RUNNING, operation);
        task.advance(RunningTask.State.RUNNING, RunningTask.State.DRAINING);
        message.drain();
        // Behind what the receives that waited are told.
        kernel.loop.defer(
            () -> session.guard(() -> reply(session, frame, PortOperations.Answer.SUCCESS)));
      }
      case MESSAGE_AVAILABLE,
          CALL_CANCEL,
          REPORT_ASKED,
          TASK_START,
          TASK_TERMINATE,
          CONNECTION_ENDED,
          LINK_REVOKED ->
          throw new MalformedFrameException(operation + " is an event of the kernel");
    }
  }

  private void requireState(RunningTask.State state, KernelOperation operation)
      throws MalformedFrameException {
    if (task.state() != state) {
      throw new MalformedFrameException(operation + " in state " + task.state());
    }
  }

  private void reply(Session session, KernelFrame frame, PortOperations.Answer answer) {
    byte[] body = answer.result() == 0 ? answer.body() : refusal(answer);
    session.reply(frame, answer.result(), body, List.of());
  }

  /** What a refusal tells: for want of room, who holds what. */
  private byte[] refusal(PortOperations.Answer answer) {
    return KernReturn.of(answer.result())
        .map(result -> Shortage.told(result, task.task()))
        .filter(told -> told.length > 0)
        .orElse(answer.body());
  }

  private List<Custody> take(ReceivedMessage incoming) {
    List<Custody> custody = new ArrayList<>();
    for (int i = 0; i < incoming.descriptorCount(); i++) {
      custody.add(new HeldFile(incoming.takeDescriptor(i), kernel.closer));
    }
    return custody;
  }

  private static long connectionOf(KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    long connection = in.i64("connection");
    in.end();
    return connection;
  }

  private record Call(long connection, long call) {
    static Call read(KernelFrame frame) throws MalformedFrameException {
      WireReader in = new WireReader(frame.body());
      Call call = new Call(in.i64("connection"), in.i64("call"));
      in.end();
      return call;
    }
  }

  /** Makes a connection: one end to the client, the other onto the service's port. */
  private void connect(Session session, KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int name = in.i32("name");
    Optional<PeerRequirement> requirement = PortOperations.requirement(in);
    Outcome<Port> target = task.task().space().sendRightPort(name);
    if (target.value().isEmpty()) {
      reply(session, frame, PortOperations.Answer.of(target.result()));
      return;
    }
    Port port = target.value().get();
    if (port.isFull()) {
      refuse(session, frame, ErrorCode.LIMIT_QUEUE, "at the service's port " + Shortage.of(port));
      return;
    }
    Optional<String> unwanted = Connections.clientRefusal(port, task);
    if (unwanted.isPresent()) {
      refuse(session, frame, ErrorCode.PEER_REQUIREMENT, unwanted.get());
      return;
    }
    SendPowers powers = DiminishedRights.powers(task.task().space(), name).orElseThrow();
    boolean relayed = port.route() == Route.RELAYED || !powers.allowsEveryId();
    Optional<String> refusal =
        kernel
            .connections
            .refusal(task)
            .or(() -> relayed ? kernel.relays.refusal(task) : Optional.empty());
    if (refusal.isPresent()) {
      refuse(session, frame, ErrorCode.LIMIT_CONNECTIONS, refusal.get());
      return;
    }
    try {
      if (relayed) {
        connectRelayed(session, frame, port, requirement, powers);
      } else {
        connectDirect(session, frame, port, requirement, powers);
      }
    } catch (LinuxException failure) {
      refuse(session, frame, ErrorCode.SYSTEM_CALL, String.valueOf(failure.getMessage()));
    } catch (PortunusException refused) {
      refuse(session, frame, refused.code(), refused.detail());
    }
  }

  private void connectDirect(
      Session session,
      KernelFrame frame,
      Port port,
      Optional<PeerRequirement> requirement,
      SendPowers powers)
      throws LinuxException {
    UnixSocket.Pair pair = UnixSocket.pair();
    ConnectionEnd end = kernel.connections.open(task, port, requirement, pair.second());
    boolean made = false;
    try {
      kernel.connections.limit(end.connection(), powers);
      made = connect(session, frame, port, end, pair.first());
    } finally {
      if (!made) {
        kernel.links.closed(task, end.connection());
        kernel.connections.closed(task, end.connection());
        pair.first().close();
      }
    }
  }

  /** The same with the kernel between the ends: the client gets a socket, as without links. */
  private void connectRelayed(
      Session session,
      KernelFrame frame,
      Port port,
      Optional<PeerRequirement> requirement,
      SendPowers powers)
      throws LinuxException {
    Relays.Sockets sockets = Relays.Sockets.make();
    Descriptor clientEnd = sockets.tasks().first();
    ConnectionEnd end = kernel.connections.open(task, port, requirement, sockets.tasks().second());
    boolean made = false;
    try {
      kernel.connections.limit(end.connection(), powers);
      kernel.relays.add(task, end.connection(), sockets.kernels(), powers::allows);
      KernReturn result = offer(port, end);
      if (result == KernReturn.SUCCESS) {
        byte[] body = new WireWriter().i64(end.connection()).toBytes();
        session.reply(frame, 0, body, List.of(clientEnd));
        made = true;
      } else {
        reply(session, frame, PortOperations.Answer.of(result));
      }
    } finally {
      if (!made) {
        kernel.connections.closed(task, end.connection());
        kernel.relays.drop(end.connection());
        clientEnd.close();
      }
    }
  }

  /** Gives both ends away, of the link too if both may have one; false if nobody takes it. */
  private boolean connect(
      Session session, KernelFrame frame, Port port, ConnectionEnd end, Descriptor clientEnd)
      throws LinuxException {
    WireWriter body = new WireWriter().i64(end.connection());
    List<Descriptor> descriptors = new ArrayList<>(List.of(clientEnd));
    if (kernel.links.areKnownTo(task)) {
      Links.Grant grant = kernel.links.make(task, end.connection());
      grant.write(body);
      descriptors.add(grant.memory());
    }
    KernReturn result = offer(port, end);
    if (result != KernReturn.SUCCESS) {
      descriptors.subList(1, descriptors.size()).forEach(kernel.closer::close);
      reply(session, frame, PortOperations.Answer.of(result));
      return false;
    }
    session.reply(frame, 0, body.toBytes(), descriptors);
    return true;
  }

  /** LINK_OPEN: the service's end of a connection that it was given. */
  private void openLink(Session session, KernelFrame frame) throws MalformedFrameException {
    long connection = connectionOf(frame);
    boolean isService = kernel.connections.isService(task, connection);
    if (isService && !kernel.links.has(connection)) {
      // Its client knows no links, or is leaving: the socket carries the frames.
      reply(session, frame, PortOperations.Answer.SUCCESS);
      return;
    }
    try {
      Links.Grant grant = kernel.links.open(task, connection, isService);
      WireWriter body = new WireWriter();
      grant.write(body);
      session.reply(frame, 0, body.toBytes(), List.of(grant.memory()));
    } catch (PortunusException refused) {
      refuse(session, frame, refused.code(), refused.detail());
    }
  }

  /** The request is charged to the client until the service takes it. */
  private KernReturn offer(Port port, ConnectionEnd end) {
    return kernel.ipc.sendFor(
        task.task(),
        port.makeSendOnce(),
        new KernelMessage(
            HostMessage.CONNECTION_REQUEST,
            new WireWriter().i64(end.connection()).toBytes(),
            Optional.empty(),
            List.of(),
            List.of(end),
            task.task().token()));
  }

  private void refuse(Session session, KernelFrame frame, ErrorCode code, String detail) {
    String told = task.refused(frame.operation(), code, detail);
    session.reply(frame, code.number(), new WireWriter().string(told).toBytes(), List.of());
  }

  @Override
  public void ended(Session session, String reason) {
    memory.ifPresent(MemoryOperations::end);
    kernel.starts.socketEnded(task, reason);
  }
}
