// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.SendPowers;

/**
 * Two tasks and two ports, and every act that they can be made to do. Task 0 begins with both
 * receive rights, task 1 with a send right to port 0; a queue holds one message by send rights.
 * References of an entry and send-once rights of a port are bounded by {@value #MOST}.
 *
 * <p>In the other one, of diminished rights, task 1 begins with send rights to both ports, and one
 * to port 0 that can't be copied and ends.
 */
final class SmallWorld {
  static final int TASKS = 2;
  static final int PORTS = 2;
  private static final int MOST = 2;
  private static final int ONCE_NAME = 0x4003;
  private static final int FIRST_ID = 1000;
  private static final SendPowers COPIES =
      SendPowers.ALL
          .onlyIds(new SendPowers.Range(FIRST_ID, Integer.MAX_VALUE))
          .endingAfter(Duration.ofSeconds(1));
  private static final SendPowers NO_COPIES = COPIES.withoutCopies();

  /** What a task does with a port; where it needs a second one, that is the other. */
  enum Act {
    MAKE_SEND,
    MAKE_ONCE,
    DEALLOCATE,
    LOSE_RECEIVE,
    DESTROY,
    DROP_ONCE,
    DROP_DEAD,
    ASK_DEATH,
    ASK_ROOM,
    ASK_ROOM_NOW,
    ASK_NO_SENDERS,
    ASK_DESTROYED,
    CANCEL_DEATH,
    CANCEL_NO_SENDERS,
    SEND,
    SEND_AND_WAIT,
    SEND_MOVING,
    SEND_WITH_SEND,
    SEND_WITH_ONCE,
    SEND_WITH_RECEIVE,
    ANSWER,
    RECEIVE,
    DIE,
    DIMINISH,
    DROP_LESS,
    ASK_LESS_DEATH,
    SEND_LESS,
    SEND_LESS_WRONGLY,
    SEND_LESS_AND_WAIT,
    SEND_LESS_MOVING,
    COPY_LESS,
    GIVE_LESS,
    INTERRUPT,
    EXPIRE;

    /** Those of the world without diminished rights. */
    static final Set<Act> PLAIN = EnumSet.range(MAKE_SEND, DIE);

    /** Those of the world with them. */
    static final Set<Act> DIMINISHED =
        EnumSet.of(
            DEALLOCATE,
            LOSE_RECEIVE,
            DROP_DEAD,
            ASK_NO_SENDERS,
            SEND,
            SEND_WITH_RECEIVE,
            RECEIVE,
            DIE,
            DIMINISH,
            DROP_LESS,
            ASK_LESS_DEATH,
            SEND_LESS,
            SEND_LESS_WRONGLY,
            SEND_LESS_AND_WAIT,
            SEND_LESS_MOVING,
            COPY_LESS,
            GIVE_LESS,
            INTERRUPT,
            EXPIRE);

    private boolean isOfNoPort() {
      return this == DIE || this == DROP_DEAD || this == INTERRUPT || this == EXPIRE;
    }
  }

  /** One step. */
  record Step(Act act, int task, int port) {
    static List<Step> all(Set<Act> acts) {
      List<Step> all = new ArrayList<>();
      for (Act act : acts) {
        for (int task = 0; task < TASKS; task++) {
          for (int port = 0; port < PORTS; port++) {
            if ((port == 0 || !act.isOfNoPort()) && (task == 0 || act != Act.EXPIRE)) {
              all.add(new Step(act, task, port));
            }
          }
        }
      }
      return List.copyOf(all);
    }

    @Override
    public String toString() {
      return "task " + task + " " + act + " port " + port;
    }
  }

  final Ipc ipc = new Ipc(World.token(0), new Pool(1 << 20, 1L << 30));
  final Task[] tasks = new Task[TASKS];
  final Port[] ports = new Port[PORTS];
  private final Set<Integer> ended = new HashSet<>();
  private final Set<Integer> taken = new HashSet<>();
  private int nextId = FIRST_ID;
  private int received;
  private int cancelled;
  private int immediate;
  private int openSends;
  private @Nullable KernReturn sendResult;
  private @Nullable BlockedSend blockedSend;
  private long time;
  private Runnable alarm = () -> {};

  /** The world with diminished rights. */
  static SmallWorld withDiminished() {
    SmallWorld world = new SmallWorld();
    Space space = world.tasks[1].space();
    int _ = space.grantSend(world.ports[1]).orElseThrow();
    hold(world.diminish(space, name(space, world.ports[0]), NO_COPIES), "diminished");
    return world;
  }

  SmallWorld() {
    ipc.keepTime(
        () -> time,
        (_, action) -> {
          alarm = action;
          return () -> alarm = () -> {};
        });
    for (int i = 0; i < TASKS; i++) {
      tasks[i] = ipc.createTask(new TaskId(1, i + 1), World.token(i + 1), Quota.STANDARD);
    }
    for (int i = 0; i < PORTS; i++) {
      int name = tasks[0].space().allocate(RightKind.RECEIVE).orElseThrow();
      ports[i] = tasks[0].space().receiveRightPort(name).orElseThrow();
      hold(tasks[0].space().setQueueLimit(name, 1) == KernReturn.SUCCESS, "queue limit");
    }
    int _ = tasks[1].space().grantSend(ports[0]).orElseThrow();
  }

  static void hold(boolean condition, String sentence) {
    if (!condition) {
      throw new AssertionError(sentence);
    }
  }

  /** Does it without looking; false if there is nothing that it could be done with. */
  boolean act(Step step) {
    Space space = tasks[step.task()].space();
    if (!space.isActive()) {
      return false;
    }
    Port port = ports[step.port()];
    Port other = ports[1 - step.port()];
    int name = name(space, port);
    received = 0;
    cancelled = 0;
    immediate = 0;
    sendResult = null;
    return switch (step.act()) {
      case MAKE_SEND -> name != 0 && makeSend(space, name);
      case MAKE_ONCE -> name != 0 && makeOnce(space, port, name);
      case DEALLOCATE -> name != 0 && done(space.deallocate(name));
      case LOSE_RECEIVE -> name != 0 && done(space.modRefs(name, RightKind.RECEIVE.number(), -1));
      case DESTROY -> name != 0 && done(space.destroy(name));
      case DROP_ONCE -> dropOnce(space, once(space, port));
      case DROP_DEAD -> dropDead(space);
      case ASK_DEATH -> ask(space, name, NotificationKind.DEAD_NAME, 0, other);
      case ASK_ROOM -> ask(space, name, NotificationKind.SEND_POSSIBLE, 0, other);
      case ASK_ROOM_NOW -> ask(space, name, NotificationKind.SEND_POSSIBLE, 1, other);
      case ASK_NO_SENDERS -> ask(space, name, NotificationKind.NO_SENDERS, 0, other);
      case ASK_DESTROYED -> ask(space, name, NotificationKind.PORT_DESTROYED, 0, other);
      case CANCEL_DEATH -> ask(space, name, NotificationKind.DEAD_NAME, 0, null);
      case CANCEL_NO_SENDERS -> ask(space, name, NotificationKind.NO_SENDERS, 0, null);
      case SEND -> send(space, name, Disposition.COPY_SEND, 0, 0, Disposition.COPY_SEND);
      case SEND_AND_WAIT ->
          openSends == 0
              && send(
                  space,
                  name,
                  Disposition.COPY_SEND,
                  OutgoingMessage.FOR_EVER,
                  0,
                  Disposition.COPY_SEND);
      case SEND_MOVING -> send(space, name, Disposition.MOVE_SEND, 0, 0, Disposition.COPY_SEND);
      case SEND_WITH_SEND -> sendWith(space, name, other, Disposition.COPY_SEND);
      case SEND_WITH_ONCE ->
          other.sendOnceRights() < MOST && sendWith(space, name, other, Disposition.MAKE_SEND_ONCE);
      case SEND_WITH_RECEIVE -> sendWith(space, name, other, Disposition.MOVE_RECEIVE);
      case ANSWER ->
          send(space, once(space, port), Disposition.MOVE_SEND_ONCE, 0, 0, Disposition.COPY_SEND);
      case RECEIVE -> name != 0 && receive(space, name);
      case DIE -> {
        tasks[step.task()].terminate();
        yield true;
      }
      case DIMINISH -> name != 0 && diminish(space, name, COPIES);
      case DROP_LESS -> less(space, port) != 0 && done(space.deallocate(less(space, port)));
      case ASK_LESS_DEATH -> ask(space, less(space, port), NotificationKind.DEAD_NAME, 0, other);
      case SEND_LESS -> sendLess(space, port, Disposition.COPY_SEND, 0);
      case SEND_LESS_WRONGLY -> sendWrongly(space, less(space, port));
      case SEND_LESS_AND_WAIT ->
          openSends == 0 && sendLess(space, port, Disposition.COPY_SEND, OutgoingMessage.FOR_EVER);
      case SEND_LESS_MOVING -> sendLess(space, port, Disposition.MOVE_SEND, 0);
      case COPY_LESS -> giveLess(space, port, other, Disposition.COPY_SEND);
      case GIVE_LESS -> giveLess(space, port, other, Disposition.MOVE_SEND);
      case INTERRUPT -> interrupt(step.task());
      case EXPIRE -> expire();
    };
  }

  private boolean diminish(Space space, int name, SendPowers powers) {
    boolean first = lessEntries(space) < MOST && space.require(name).is(RightKind.SEND);
    return first
        && DiminishedRights.diminish(space, name, Disposition.COPY_SEND, powers).result()
            != KernReturn.INVALID_TASK;
  }

  private static int lessEntries(Space space) {
    int count = 0;
    for (Right right : space.table().all()) {
      count += right.diminished() == null ? 0 : 1;
    }
    return count;
  }

  /** The first name of a diminished right to a port; 0 if there is none. */
  private static int less(Space space, Port port) {
    for (Right right : space.table().all()) {
      if (right.diminished() != null && right.port() == port) {
        return right.name();
      }
    }
    return 0;
  }

  private boolean sendLess(Space space, Port port, Disposition by, long timeout) {
    int name = less(space, port);
    return name != 0
        && space.require(name).references() <= MOST
        && send(space, name, by, timeout, 0, by);
  }

  private boolean sendWrongly(Space space, int name) {
    if (name == 0) {
      return false;
    }
    KernReturn[] ended = new KernReturn[1];
    PortDescriptor to = new PortDescriptor(name, Disposition.MOVE_SEND);
    space.send(
        new OutgoingMessage(0, to, Optional.empty(), 1, List.of(), new byte[0]),
        List.of(),
        (result, _) -> ended[0] = result);
    hold(ended[0] == KernReturn.SEND_MSG_FILTERED, "an id that is not allowed: " + ended[0]);
    return true;
  }

  private boolean giveLess(Space space, Port port, Port other, Disposition disposition) {
    int carried = less(space, port);
    int to = name(space, other);
    return carried != 0
        && space.require(carried).references() <= MOST
        && send(space, to, Disposition.COPY_SEND, 0, carried, disposition);
  }

  private boolean interrupt(int task) {
    BlockedSend blocked = blockedSend;
    if (blocked == null || !tasks[task].space().blockedSends.contains(blocked)) {
      return false;
    }
    blocked.interrupt();
    return true;
  }

  private boolean expire() {
    time += 2 * COPIES.nanos();
    alarm.run();
    ipc.settle();
    for (Task task : tasks) {
      hold(lessEntries(task.space()) == 0, "a right outlives its time");
    }
    return true;
  }

  private static boolean done(KernReturn result) {
    return result != KernReturn.INVALID_TASK;
  }

  private boolean makeSend(Space space, int name) {
    return space.require(name).references() < MOST
        && done(space.insertRight(name, name, Disposition.MAKE_SEND));
  }

  private static boolean makeOnce(Space space, Port port, int name) {
    int free = ONCE_NAME;
    while (space.find(free) != null) {
      free += 0x100;
    }
    return port.sendOnceRights() < MOST
        && done(space.insertRight(free, name, Disposition.MAKE_SEND_ONCE));
  }

  private boolean dropOnce(Space space, int name) {
    if (name == 0) {
      return false;
    }
    long before = ipc.tally.notifications(NotificationKind.SEND_ONCE);
    hold(space.deallocate(name) == KernReturn.SUCCESS, "a send-once right is not given up");
    long sent = ipc.tally.notifications(NotificationKind.SEND_ONCE) - before;
    hold(sent == 1, "not exactly once: send-once notifications: " + sent);
    return true;
  }

  private static boolean dropDead(Space space) {
    for (Right right : space.table().all()) {
      if (right.is(RightKind.DEAD_NAME)) {
        return done(space.deallocate(right.name()));
      }
    }
    return false;
  }

  private boolean ask(Space space, int name, NotificationKind kind, int sync, @Nullable Port at) {
    int notify = at == null ? 0 : name(space, at);
    if (name == 0 || (at != null && (notify == 0 || at.sendOnceRights() >= MOST))) {
      return false;
    }
    Optional<PortDescriptor> once =
        at == null
            ? Optional.empty()
            : Optional.of(new PortDescriptor(notify, Disposition.MAKE_SEND_ONCE));
    long before = immediateOf(kind);
    Outcome<Optional<PortDescriptor>> outcome =
        space.requestNotification(name, kind.number(), sync, once);
    if (outcome.result() == KernReturn.SUCCESS) {
      cancelled = outcome.orElseThrow().isPresent() ? 1 : 0;
      immediate = (int) (immediateOf(kind) - before);
      hold(immediate <= (at == null ? 0 : 1), "not exactly once: what is due at once");
    }
    return true;
  }

  private long immediateOf(NotificationKind kind) {
    return kind == NotificationKind.PORT_DESTROYED ? 0 : ipc.tally.notifications(kind);
  }

  private boolean sendWith(Space space, int name, Port other, Disposition disposition) {
    int carried = name(space, other);
    return carried != 0 && send(space, name, Disposition.COPY_SEND, 0, carried, disposition);
  }

  private boolean send(
      Space space, int name, Disposition by, long timeout, int carried, Disposition disposition) {
    if (name == 0) {
      return false;
    }
    List<PortDescriptor> rights =
        carried == 0 ? List.of() : List.of(new PortDescriptor(carried, disposition));
    int id = nextId++;
    OutgoingMessage message =
        new OutgoingMessage(
            timeout, new PortDescriptor(name, by), Optional.empty(), id, rights, new byte[0]);
    openSends++;
    Optional<BlockedSend> waits =
        space.send(
            message,
            MessageBody.PLAIN,
            List.of(),
            (result, returned) -> {
              openSends--;
              sendResult = result;
              hold(!ended.contains(id), "a send ended twice");
              if (result != KernReturn.SUCCESS) {
                ended.add(id);
              }
            },
            SendOption.NOTIFY);
    blockedSend = waits.orElse(blockedSend);
    return true;
  }

  private boolean receive(Space space, int name) {
    Outcome<Received> outcome = space.poll(name);
    if (outcome.result() == KernReturn.SUCCESS) {
      int id = outcome.orElseThrow().message().id();
      hold(id < FIRST_ID || taken.add(id), "a message was received twice");
      received = id;
    }
    return true;
  }

  static int name(Space space, Port port) {
    Right right = port.entryIn(space);
    return right == null ? 0 : right.name();
  }

  static int once(Space space, Port port) {
    for (Right right : space.table().all()) {
      if (right.is(RightKind.SEND_ONCE) && right.port() == port) {
        return right.name();
      }
    }
    return 0;
  }

  /** The ids of all messages that wait, and where; throws if one is there twice. */
  private Map<Integer, Port> waiting() {
    Map<Integer, Port> waiting = new HashMap<>();
    for (Port port : ports) {
      for (Message message : port.queue().messages) {
        boolean first = message.id() < FIRST_ID || waiting.put(message.id(), port) == null;
        hold(first, "a message is doubled");
      }
      for (BlockedSend blocked : port.queue().blocked) {
        hold(waiting.put(blocked.message().id(), port) == null, "a message is doubled");
      }
    }
    return waiting;
  }

  private long waitingNotifications() {
    long count = 0;
    for (Port port : ports) {
      count += port.queue().messages.stream().filter(m -> m.id() < FIRST_ID).count();
    }
    return count;
  }

  private long sentNotifications() {
    long sum = 0;
    for (NotificationKind kind : NotificationKind.values()) {
      sum += ipc.tally.notifications(kind);
    }
    return sum;
  }

  /** One step, and what must hold after it; false if it does not apply. */
  boolean checked(Step step) {
    Requests requests = Requests.armed(ipc, Set.of(ports));
    Map<Integer, Port> before = waiting();
    boolean[] awaited = awaitNoSenders();
    int newest = nextId;
    long notifications = waitingNotifications() - sentNotifications();
    if (!act(step)) {
      return false;
    }
    Recount.check(ipc, List.of(), List.of());
    requests.check(cancelled, immediate);
    noSendersOnlyThen(awaited);
    Map<Integer, Port> after = waiting();
    before.forEach((id, port) -> {
      boolean ends = received == id || ended.contains(id) || !port.isAlive() || isGone(step);
      hold(after.containsKey(id) || ends, "a message is lost");
      hold(!after.containsKey(id) || received != id, "a received message is still there");
    });
    after
        .keySet()
        .forEach(id -> hold(before.containsKey(id) || id == newest, "a message from nowhere"));
    sent(step, newest, after);
    if (ports[0].isAlive() && ports[1].isAlive() && step.act() != Act.DIE) {
      long now = waitingNotifications() - sentNotifications();
      long took = received != 0 && received < FIRST_ID ? 1 : 0;
      hold(now + took == notifications, "not exactly once: a notification is lost or doubled");
    }
    return true;
  }

  private boolean[] awaitNoSenders() {
    boolean[] armed = new boolean[PORTS];
    for (int i = 0; i < PORTS; i++) {
      armed[i] = ports[i].noSendersRequest() != null;
    }
    return armed;
  }

  private void noSendersOnlyThen(boolean[] armed) {
    for (int i = 0; i < PORTS; i++) {
      boolean told = armed[i] && ports[i].noSendersRequest() == null && cancelled == 0;
      hold(!told || !ports[i].isAlive() || ports[i].sendRights() == 0, "told with a sender left");
    }
  }

  /** A task that dies takes with it what it waited to send. */
  private static boolean isGone(Step step) {
    return step.act() == Act.DIE;
  }

  private void sent(Step step, int id, Map<Integer, Port> after) {
    boolean tried = nextId > id;
    if (tried && sendResult == KernReturn.SUCCESS && step.act() != Act.SEND_WITH_RECEIVE) {
      hold(after.containsKey(id), "a message that was sent is not there");
    }
    if (tried && sendResult != null && sendResult != KernReturn.SUCCESS) {
      hold(!after.containsKey(id), "a message that was refused is there");
    }
  }

  /** Ends both tasks: nothing may be left. */
  void end() {
    for (Task task : tasks) {
      task.terminate();
    }
    hold(ipc.counts().equals(World.NOTHING), "something is left: " + ipc.counts());
    hold(openSends == 0, "a send has not ended");
  }

  /** All that decides what can happen next, without what only tells names and messages apart. */
  String state() {
    StringBuilder out = new StringBuilder(160);
    for (Task task : tasks) {
      out.append(task.isAlive() ? '|' : '!');
      for (Right right : task.space().table().all()) {
        out.append(right.type() >>> 16).append('r').append(right.references());
        out.append('p').append(right.is(RightKind.DEAD_NAME) ? -1 : number(right.port()));
        Diminished less = right.diminished();
        out.append(less == null ? (right.hasExpired() ? "x" : "") : less.copyable() ? "l" : "L");
        out.append('q').append(right.requestBit()).append(target(right.request())).append(',');
      }
    }
    for (Port port : ports) {
      out.append(port.isAlive() ? '+' : '-').append(number(port.destination()));
      out.append('n').append(target(port.noSendersRequest()));
      out.append('d').append(target(port.portDestroyedRequest()));
      port.queue().messages.forEach(message -> message(out.append('m'), message));
      port.queue().blocked.forEach(blocked -> message(out.append('b'), blocked.message()));
    }
    return out.toString();
  }

  private void message(StringBuilder out, Message message) {
    out.append(Math.min(message.id(), FIRST_ID)).append(message.destination().kind().number());
    message.forEachRight(right ->
        carried(out.append('c').append(right.kind().number()).append(target(right)), right));
    carried(out, message.destination());
  }

  private static void carried(StringBuilder out, CarriedRight right) {
    Diminished less = right.diminished();
    if (less != null) {
      out.append(right.hasExpired() ? 'x' : less.copyable() ? 'l' : 'L');
      out.append(right.isLent() ? 't' : 'o');
    }
  }

  private int target(@Nullable CarriedRight right) {
    return right == null ? MachLimits.NAME_NULL - 2 : number(right.target());
  }

  private int number(@Nullable Port port) {
    return port == null ? -1 : port == ports[0] ? 0 : 1;
  }
}
