// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;

/**
 * Random operations of three tasks and the kernel. After each step everything is counted anew, and
 * what the step must have notified is compared with what was.
 */
final class Explorer {
  private static final Quota SMALL = new Quota(28, 30, 40_000, 12);
  private static final int FIRST_ID = 1000;
  private static final Disposition[] DISPOSITIONS = Disposition.values();

  final World world = new World(SMALL);
  final Ipc ipc = world.ipc;
  final Random random;
  final List<CarriedRight> held = new ArrayList<>();
  final List<Port> kernelPorts = new ArrayList<>();
  private final List<BlockedSend> blocked = new ArrayList<>();
  private final List<PendingReceive> pending = new ArrayList<>();
  private final Set<Integer> receivedIds = new HashSet<>();
  private final Map<Port, Integer> lastId = new HashMap<>();
  private Set<Port> ports = Set.of();
  private int nextId = FIRST_ID;
  private int openSends;
  private int openReceives;
  private int openFiles;
  private int cancelled;
  private int immediate;
  long successes;
  long received;

  Explorer(long seed) {
    random = new Random(seed);
    kernelPorts.add(ipc.createKernelPort(this::kernelReceived));
  }

  /** A file that must end exactly once: released here or handed out. */
  private final class File implements Custody {
    private boolean ended;

    File() {
      openFiles++;
    }

    void end() {
      hold(!ended, "custody ended twice");
      ended = true;
      openFiles--;
    }

    @Override
    public void release() {
      end();
    }
  }

  private static void hold(boolean condition, String sentence) {
    if (!condition) {
      throw new AssertionError(sentence);
    }
  }

  void step() {
    step(explorer -> true);
  }

  /** One step with a fault behind it, if that finds something to spoil. */
  boolean step(Predicate<Explorer> fault) {
    Requests requests = Requests.armed(ipc, ports);
    cancelled = 0;
    immediate = 0;
    act();
    boolean spoiled = fault.test(this);
    requests.check(cancelled, immediate);
    check();
    return spoiled;
  }

  void check() {
    held.removeIf(CarriedRight::isSpent);
    ports = Recount.check(ipc, kernelPorts, held);
    hold(openSends == ipc.counts().blockedSends(), "every send ends once");
    hold(openReceives == ipc.counts().pendingReceives(), "every receive ends once");
    hold(openFiles == ipc.counts().custodies(), "every custody ends once");
  }

  void finish() {
    ipc.tasks().forEach(Task::terminate);
    check();
    while (!held.isEmpty()) {
      ipc.release(held.removeLast());
    }
    kernelPorts.forEach(ipc::destroyKernelPort);
    kernelPorts.clear();
    check();
    hold(ipc.counts().equals(World.NOTHING), "something is left: " + ipc.counts());
  }

  private void act() {
    Space space = space();
    switch (random.nextInt(32)) {
      case 0, 1 -> ok(space.allocate(kind()).result());
      case 2, 3 -> ok(space.insertRight(nameToInsert(space), name(space), disposition()));
      case 4, 5 -> ok(space.modRefs(name(space), random.nextInt(7), delta()));
      case 6, 7 -> lose(space, true);
      case 8 -> lose(space, false);
      case 9, 10, 11 -> request(space);
      case 12 -> ok(space.insertMember(name(space), name(space)));
      case 13 -> ok(space.moveMember(name(space), random.nextBoolean() ? 0 : name(space)));
      case 14 -> ok(space.extractMember(name(space), name(space)));
      case 15, 16, 17, 18, 19 -> send(space);
      case 20, 21, 22 -> poll(space);
      case 23 -> receive(space);
      case 24 -> ok(space.arm(name(space), (result, name) -> {}));
      case 25 -> endWait();
      case 26 -> ok(space.setQueueLimit(name(space), random.nextInt(7)));
      case 27, 28 -> grant(space);
      case 29, 30 -> kernelAct();
      default -> rare(space);
    }
  }

  private void rare(Space space) {
    if (random.nextInt(12) == 0) {
      space.task().terminate();
      hold(space.entries().isEmpty(), "a dead task has names");
      Usage usage = space.task().usage();
      hold(
          usage.equals(new Usage(0, usage.messages(), usage.bytes(), usage.sendOnce(), 0, 0)),
          "a dead task waits");
      world.task(SMALL);
    }
  }

  private void ok(KernReturn result) {
    successes += result == KernReturn.SUCCESS ? 1 : 0;
  }

  private Space space() {
    List<Task> tasks = ipc.tasks();
    return tasks.get(random.nextInt(tasks.size())).space();
  }

  private int name(Space space) {
    List<SpaceEntry> entries = space.entries();
    int pick = random.nextInt(entries.size() + 1 + entries.size() / 16);
    if (pick < entries.size()) {
      return entries.get(pick).name();
    }
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> ~0;
      default -> random.nextInt(64) << 8 | 3;
    };
  }

  /** Most of the time a name with such a right, if there is one. */
  private int nameOf(Space space, RightKind... kinds) {
    int mask = World.bits(kinds);
    List<SpaceEntry> entries =
        space.entries().stream().filter(entry -> (entry.type() & mask) != 0).toList();
    return entries.isEmpty() || random.nextInt(16) == 0
        ? name(space)
        : entries.get(random.nextInt(entries.size())).name();
  }

  private int nameToInsert(Space space) {
    return random.nextBoolean() ? name(space) : random.nextInt(90) << 8 | 3;
  }

  private RightKind kind() {
    return switch (random.nextInt(8)) {
      case 0 -> RightKind.DEAD_NAME;
      case 1 -> RightKind.PORT_SET;
      case 2 -> RightKind.SEND;
      default -> RightKind.RECEIVE;
    };
  }

  private Disposition disposition() {
    return DISPOSITIONS[random.nextInt(DISPOSITIONS.length)];
  }

  private int delta() {
    return switch (random.nextInt(12)) {
      case 0 -> 65535;
      case 1 -> -65535;
      case 2, 3, 4 -> -1;
      default -> random.nextInt(5) - 2;
    };
  }

  private void lose(Space space, boolean deallocate) {
    int name = nameOf(space, RightKind.values());
    Right right = space.find(name);
    boolean once = right != null && right.is(RightKind.SEND_ONCE);
    long before = ipc.tally.notifications(NotificationKind.SEND_ONCE);
    ok(deallocate ? space.deallocate(name) : space.destroy(name));
    if (once) {
      long sent = ipc.tally.notifications(NotificationKind.SEND_ONCE) - before;
      hold(sent == 1, "send-once notifications of an unused right: " + sent);
    }
  }

  private void request(Space space) {
    NotificationKind kind =
        switch (random.nextInt(7)) {
          case 0, 1, 2 -> NotificationKind.DEAD_NAME;
          case 3, 4 -> NotificationKind.NO_SENDERS;
          case 5 -> NotificationKind.PORT_DESTROYED;
          default -> NotificationKind.SEND_POSSIBLE;
        };
    Optional<PortDescriptor> notify =
        switch (random.nextInt(4)) {
          case 0 -> Optional.empty();
          case 1 ->
              Optional.of(right(nameOf(space, RightKind.SEND_ONCE), Disposition.MOVE_SEND_ONCE));
          default ->
              Optional.of(right(nameOf(space, RightKind.RECEIVE), Disposition.MAKE_SEND_ONCE));
        };
    int sync = random.nextInt(4) == 0 ? 1 + random.nextInt(4) : 0;
    int name = name(space);
    long before = immediateOf(kind);
    boolean takes = notify.filter(n -> n.disposition() == Disposition.MOVE_SEND_ONCE).isPresent();
    Right moved = takes ? space.find(notify.orElseThrow().name()) : null;
    boolean movedWatched = moved != null && moved.request() != null;
    Outcome<Optional<PortDescriptor>> outcome =
        space.requestNotification(name, kind.number(), sync, notify);
    ok(outcome.result());
    if (outcome.result() == KernReturn.SUCCESS) {
      cancelled = outcome.orElseThrow().isPresent() ? 1 : 0;
      immediate = (int) (immediateOf(kind) - before);
      hold(immediate <= 1 && (notify.isPresent() || immediate == 0), "one immediate notification");
      hold(
          movedWatched || moved == null || space.find(moved.name()) != moved,
          "a moved right stays");
    }
  }

  private long immediateOf(NotificationKind kind) {
    return switch (kind) {
      case PORT_DESTROYED -> 0;
      // On a dead name it is answered as a request for its death.
      case SEND_POSSIBLE ->
          ipc.tally.notifications(kind) + ipc.tally.notifications(NotificationKind.DEAD_NAME);
      default -> ipc.tally.notifications(kind);
    };
  }

  private static PortDescriptor right(int name, Disposition disposition) {
    return new PortDescriptor(name, disposition);
  }

  private PortDescriptor anyRight(Space space) {
    return switch (random.nextInt(8)) {
      case 0, 1 -> right(nameOf(space, RightKind.RECEIVE), Disposition.MOVE_RECEIVE);
      case 2 -> right(nameOf(space, RightKind.RECEIVE), Disposition.MAKE_SEND);
      case 3 -> right(nameOf(space, RightKind.RECEIVE), Disposition.MAKE_SEND_ONCE);
      case 4 -> right(nameOf(space, RightKind.SEND), Disposition.COPY_SEND);
      case 5 -> right(nameOf(space, RightKind.SEND, RightKind.DEAD_NAME), Disposition.MOVE_SEND);
      case 6 -> right(nameOf(space, RightKind.SEND_ONCE), Disposition.MOVE_SEND_ONCE);
      default -> right(name(space), disposition());
    };
  }

  private PortDescriptor destination(Space space) {
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> right(nameOf(space, RightKind.SEND), Disposition.COPY_SEND);
      case 3 -> right(nameOf(space, RightKind.SEND), Disposition.MOVE_SEND);
      case 4 -> right(nameOf(space, RightKind.SEND_ONCE), Disposition.MOVE_SEND_ONCE);
      case 5 -> right(nameOf(space, RightKind.RECEIVE), Disposition.MAKE_SEND);
      case 6 -> right(nameOf(space, RightKind.RECEIVE), Disposition.MAKE_SEND_ONCE);
      default -> right(name(space), disposition());
    };
  }

  private void send(Space space) {
    PortDescriptor destination = destination(space);
    List<PortDescriptor> ports = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      ports.add(anyRight(space));
    }
    Optional<PortDescriptor> reply =
        random.nextInt(3) == 0 ? Optional.of(anyRight(space)) : Optional.empty();
    boolean once = destination.disposition().arrivesAs() == RightKind.SEND_ONCE;
    int id = nextId * 2 + (once ? 1 : 0);
    nextId++;
    long timeout = random.nextBoolean() ? 0 : OutgoingMessage.FOR_EVER;
    List<Custody> files = random.nextInt(3) == 0 ? List.of(new File()) : List.of();
    OutgoingMessage message =
        new OutgoingMessage(timeout, destination, reply, id, ports, new byte[random.nextInt(2000)]);
    openSends++;
    SendOption option = id % 4 == 0 ? SendOption.NOTIFY : SendOption.NONE;
    space.send(message, MessageBody.PLAIN, files, this::sendEnded, option).ifPresent(blocked::add);
  }

  private void sendEnded(KernReturn result, Optional<ReturnedMessage> returned) {
    openSends--;
    ok(result);
    boolean back = result == KernReturn.SEND_TIMED_OUT || result == KernReturn.SEND_INTERRUPTED;
    hold(!back || returned.isPresent(), "no message came back");
    returned.ifPresent(message -> message.custody().forEach(file -> ((File) file).end()));
  }

  private void took(Received message) {
    received++;
    int id = message.message().id();
    hold(id < FIRST_ID || receivedIds.add(id), "a message was received twice");
    message.custody().forEach(file -> ((File) file).end());
  }

  private void poll(Space space) {
    int name = nameOf(space, RightKind.RECEIVE, RightKind.PORT_SET);
    Outcome<Received> outcome = space.poll(name);
    ok(outcome.result());
    outcome.value().ifPresent(message -> order(space, message));
    outcome.value().ifPresent(this::took);
  }

  /** Messages by send rights come in the order of their sending. */
  private void order(Space space, Received message) {
    int id = message.message().id();
    if (id >= FIRST_ID && id % 2 == 0) {
      Port port = space.receiveRightPort(message.message().local()).value().orElse(null);
      if (port != null) {
        Integer last = lastId.put(port, id);
        hold(last == null || last < id, "a message overtook another");
      }
    }
  }

  private void receive(Space space) {
    openReceives++;
    space
        .receive(
            nameOf(space, RightKind.RECEIVE, RightKind.PORT_SET),
            outcome -> {
              openReceives--;
              outcome.value().ifPresent(this::took);
            })
        .ifPresent(pending::add);
  }

  private void endWait() {
    blocked.removeIf(send -> !send.isWaiting());
    pending.removeIf(wait -> !wait.isWaiting());
    if (!blocked.isEmpty() && random.nextBoolean()) {
      BlockedSend send = blocked.get(random.nextInt(blocked.size()));
      if (random.nextBoolean()) {
        send.timeOut();
      } else {
        send.interrupt();
      }
    } else if (!pending.isEmpty()) {
      pending.get(random.nextInt(pending.size())).timeOut();
    }
  }

  private void grant(Space space) {
    Space from = space();
    Outcome<Port> port =
        random.nextInt(6) == 0
            ? Outcome.of(kernelPorts.getFirst())
            : from.receiveRightPort(nameOf(from, RightKind.RECEIVE));
    if (port.result() == KernReturn.SUCCESS) {
      ok(space.grantSend(port.orElseThrow()).result());
    }
  }

  private void kernelReceived(Port port, KernelMessage message) {
    message.custody().forEach(file -> ((File) file).end());
    hold(message.id() < FIRST_ID || receivedIds.add(message.id()), "the kernel received twice");
    message.reply().ifPresent(held::add);
    held.addAll(message.ports());
  }

  private void kernelAct() {
    if (held.size() > 6 || (!held.isEmpty() && random.nextInt(3) > 0)) {
      kernelUses(held.remove(random.nextInt(held.size())));
      return;
    }
    Space space = space();
    Outcome<Port> port = space.receiveRightPort(nameOf(space, RightKind.RECEIVE));
    switch (random.nextInt(4)) {
      case 0 -> held.add(ipc.createPort());
      case 1 -> port.value().ifPresent(p -> held.add(p.makeSend()));
      case 2 -> port.value().ifPresent(p -> held.add(p.makeSendOnce()));
      default ->
          port.value()
              .ifPresent(p -> ok(p.requestPortDestroyed(kernelPorts.getFirst().makeSendOnce())));
    }
  }

  private void kernelUses(CarriedRight right) {
    boolean sends = right.kind() != RightKind.RECEIVE;
    if (sends && random.nextBoolean()) {
      List<Custody> files = random.nextBoolean() ? List.of(new File()) : List.of();
      KernelMessage message =
          new KernelMessage(42, new byte[3], Optional.empty(), List.of(), files, World.token(0));
      ok(ipc.send(right, message));
    } else if (random.nextInt(4) == 0) {
      ipc.release(right);
    } else {
      Outcome<Integer> name = space().insert(right);
      if (name.result() != KernReturn.SUCCESS) {
        held.add(right);
      } else {
        hold(right.isSpent(), "an inserted right is still the kernel's");
        hold(name.orElseThrow() != MachLimits.NAME_NULL || right.port().isEmpty(), "no name");
      }
    }
  }
}
