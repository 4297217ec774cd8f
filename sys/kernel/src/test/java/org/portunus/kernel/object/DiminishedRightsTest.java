// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.portunus.kernel.object.World.DEAD_NAME;
import static org.portunus.kernel.object.World.SEND;
import static org.portunus.kernel.object.World.assertEmpty;
import static org.portunus.kernel.object.World.assertNotified;
import static org.portunus.kernel.object.World.isDeadName;
import static org.portunus.kernel.object.World.message;
import static org.portunus.kernel.object.World.numbered;
import static org.portunus.kernel.object.World.port;
import static org.portunus.kernel.object.World.receive;
import static org.portunus.kernel.object.World.refs;
import static org.portunus.kernel.object.World.request;
import static org.portunus.kernel.object.World.right;
import static org.portunus.kernel.object.World.send;
import static org.portunus.kernel.object.World.sendOk;
import static org.portunus.kernel.object.World.type;
import static org.portunus.kernel.object.World.withReply;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.SendPowers;
import org.portunus.abi.wire.SendPowers.Range;
import org.portunus.kernel.object.World.Sent;

class DiminishedRightsTest {
  private static final SendPowers ONLY_SEVEN = SendPowers.ALL.onlyIds(new Range(7, 7));
  private static final SendPowers NO_COPIES = SendPowers.ALL.withoutCopies();
  private static final SendPowers A_SECOND = SendPowers.ALL.endingAfter(Duration.ofSeconds(1));
  private static final long SECOND = 1_000_000_000L;

  private final World world = new World();
  private final Space s = world.s;
  private final Space c = world.c;
  private final Space o = world.o;
  private long now = Long.MAX_VALUE - SECOND / 2;
  private Runnable alarm = () -> {};
  private int p;
  private int q;
  private int full;

  @BeforeEach
  void setUp() {
    world.ipc.keepTime(
        () -> now,
        (nanos, action) -> {
          alarm = action;
          return () -> alarm = () -> {};
        });
    p = port(s);
    q = port(c);
    full = world.sendRight(s, p, c);
  }

  @AfterEach
  void allIsCountedAndNothingIsLeft() {
    Recount.check(world.ipc, List.of(), List.of());
    world.killAll();
    assertThat(world.ipc.counts()).isEqualTo(World.NOTHING);
    assertThat(world.ipc.expiries.size()).isZero();
  }

  private static int diminish(Space space, int name, Disposition how, SendPowers powers) {
    return DiminishedRights.diminish(space, name, how, powers).orElseThrow();
  }

  private int copy(SendPowers powers) {
    return diminish(c, full, Disposition.COPY_SEND, powers);
  }

  private static PortDescriptor by(int name) {
    return right(name, Disposition.COPY_SEND);
  }

  private static KernReturn sendId(Space space, int name, int id) {
    return send(space, numbered(by(name), id, OutgoingMessage.FOR_EVER));
  }

  private void pass(long nanos) {
    now += nanos;
    alarm.run();
  }

  /** Sends a right of the client's to the server, which gets it under this name. */
  private int toServer(PortDescriptor carried) {
    sendOk(c, message(by(full), carried));
    return receive(s, p).ports().getFirst().name();
  }

  @Test
  void hasANameOfItsOwnAndCountsAsASender() {
    int less = copy(ONLY_SEVEN);
    assertThat(less).isNotEqualTo(full);
    assertThat(type(c, less)).isEqualTo(RightKind.SEND.typeBit() | Space.TYPE_DIMINISHED);
    assertThat(refs(c, less, SEND)).isEqualTo(1);
    assertThat(DiminishedRights.powers(c, less).orElseThrow()).isEqualTo(ONLY_SEVEN);
    assertThat(DiminishedRights.powers(c, full).orElseThrow()).isEqualTo(SendPowers.ALL);
    request(s, p, NotificationKind.NO_SENDERS, p);
    assertThat(c.deallocate(full)).isEqualTo(KernReturn.SUCCESS);
    assertEmpty(s, p);
    assertThat(c.deallocate(less)).isEqualTo(KernReturn.SUCCESS);
    assertNotified(s, p, NotificationKind.NO_SENDERS, 1);
  }

  @Test
  void onlyAllowedIdsPassAndARefusedMessageTakesNothing() {
    int less = copy(ONLY_SEVEN);
    assertThat(sendId(c, less, 7)).isEqualTo(KernReturn.SUCCESS);
    assertThat(sendId(c, less, 8)).isEqualTo(KernReturn.SEND_MSG_FILTERED);
    OutgoingMessage moving = numbered(right(less, Disposition.MOVE_SEND), 8, 0);
    assertThat(send(c, moving)).isEqualTo(KernReturn.SEND_MSG_FILTERED);
    assertThat(refs(c, less, SEND)).isEqualTo(1);
    assertThat(receive(s, p).id()).isEqualTo(7);
    assertEmpty(s, p);
    assertThat(sendId(c, full, 8)).isEqualTo(KernReturn.SUCCESS);
  }

  @Test
  void powersOnlyShrink() {
    int less = copy(SendPowers.ALL.onlyIds(new Range(1, 5), new Range(9, 9)));
    int least = diminish(c, less, Disposition.COPY_SEND, NO_COPIES.onlyIds(new Range(4, 20)));
    SendPowers left = DiminishedRights.powers(c, least).orElseThrow();
    assertThat(left).isEqualTo(NO_COPIES.onlyIds(new Range(4, 5), new Range(9, 9)));
    int again = diminish(c, least, Disposition.MOVE_SEND, SendPowers.ALL);
    assertThat(DiminishedRights.powers(c, again).orElseThrow()).isEqualTo(left);
    assertThat(type0(c, least)).isEqualTo(KernReturn.INVALID_NAME);
  }

  private static KernReturn type0(Space space, int name) {
    return space.type(name).result();
  }

  @Test
  void moreRangesThanThereMayBeAreRefusedAndChangeNothing() {
    Range[] odd = new Range[SendPowers.MOST_RANGES];
    for (int i = 0; i < odd.length; i++) {
      odd[i] = new Range(10 * i, 10 * i + 8);
    }
    int less = copy(SendPowers.ALL.onlyIds(odd));
    Range[] even = new Range[SendPowers.MOST_RANGES];
    for (int i = 0; i < even.length; i++) {
      even[i] = new Range(10 * i + 5, 10 * i + 12);
    }
    SendPowers other = SendPowers.ALL.onlyIds(even);
    int names = c.entries().size();
    assertThat(DiminishedRights.diminish(c, less, Disposition.COPY_SEND, other).result())
        .isEqualTo(KernReturn.RESOURCE_SHORTAGE);
    assertThat(c.entries()).hasSize(names);
  }

  @Test
  void copiesComeTogetherAndNeverWithTheFullRight() {
    int less = copy(ONLY_SEVEN);
    int first = toServer(by(less));
    int second = toServer(by(less));
    assertThat(first).isEqualTo(second).isNotEqualTo(p);
    assertThat(refs(s, first, SEND)).isEqualTo(2);
    assertThat(toServer(by(full))).isEqualTo(p);
    assertThat(sendId(s, first, 8)).isEqualTo(KernReturn.SEND_MSG_FILTERED);
    int another = copy(ONLY_SEVEN);
    assertThat(toServer(by(another))).as("of another act").isNotIn(first, p);
  }

  @Test
  void whatCantBeCopiedMovesWithAllReferences() {
    int once = copy(NO_COPIES);
    assertThat(c.modRefs(once, SEND, 3)).isEqualTo(KernReturn.SUCCESS);
    assertThat(send(c, message(by(full), by(once)))).isEqualTo(KernReturn.SEND_INVALID_RIGHT);
    assertThat(c.insertRight(0x9903, once, Disposition.COPY_SEND))
        .isEqualTo(KernReturn.INVALID_CAPABILITY);
    assertThat(send(c, withReply(by(full), by(once)))).isEqualTo(KernReturn.SEND_INVALID_REPLY);
    assertThat(DiminishedRights.diminish(c, once, Disposition.COPY_SEND, SendPowers.ALL).result())
        .isEqualTo(KernReturn.INVALID_CAPABILITY);
    assertThat(sendId(c, once, 9)).isEqualTo(KernReturn.SUCCESS);
    receive(s, p);
    int there = toServer(right(once, Disposition.MOVE_SEND));
    assertThat(type0(c, once)).isEqualTo(KernReturn.INVALID_NAME);
    assertThat(refs(s, there, SEND)).isEqualTo(1);
  }

  private void fillQueue() {
    for (int i = 0; i < MachLimits.QUEUE_DEFAULT; i++) {
      assertThat(sendId(c, full, i)).isEqualTo(KernReturn.SUCCESS);
    }
  }

  @Test
  void aMessageThatComesBackMakesNoSecondRight() {
    int once = copy(NO_COPIES);
    fillQueue();
    Sent refused = new Sent();
    c.send(numbered(by(once), 1, 0), List.of(), refused);
    assertThat(refused.only()).isEqualTo(KernReturn.SEND_TIMED_OUT);
    assertThat(refused.returned.orElseThrow().destination().name()).isEqualTo(once);
    assertThat(refs(c, once, SEND)).isEqualTo(2);
    Sent waiting = new Sent();
    BlockedSend blocked = c.send(numbered(by(once), 2, SECOND), List.of(), waiting).orElseThrow();
    int held = diminish(c, once, Disposition.MOVE_SEND, SendPowers.ALL);
    blocked.timeOut();
    assertThat(isDeadName(waiting.returned.orElseThrow().destination())).isTrue();
    assertThat(refs(c, held, SEND)).isEqualTo(1);
  }

  @Test
  void aMovedDestinationComesBackWhole() {
    int once = copy(NO_COPIES);
    fillQueue();
    Sent refused = new Sent();
    c.send(numbered(right(once, Disposition.MOVE_SEND), 1, 0), List.of(), refused);
    int back = refused.returned.orElseThrow().destination().name();
    assertThat(DiminishedRights.powers(c, back).orElseThrow()).isEqualTo(NO_COPIES);
    assertThat(refs(c, back, SEND)).isEqualTo(1);
  }

  @Test
  void whoseTimeIsUpBecomesADeadName() {
    int less = copy(A_SECOND);
    request(c, less, NotificationKind.DEAD_NAME, q);
    pass(SECOND - 1);
    assertThat(sendId(c, less, 1)).isEqualTo(KernReturn.SUCCESS);
    pass(1);
    assertThat(type(c, less)).isEqualTo(RightKind.DEAD_NAME.typeBit());
    assertNotified(c, q, NotificationKind.DEAD_NAME, less);
    assertThat(refs(c, less, DEAD_NAME)).isEqualTo(2);
    assertThat(sendId(c, less, 1)).isEqualTo(KernReturn.SEND_EXPIRED);
    assertThat(DiminishedRights.powers(c, less).result()).isEqualTo(KernReturn.SEND_EXPIRED);
    assertThat(receive(s, p).id()).as("sent before").isEqualTo(1);
    assertThat(sendId(c, full, 1)).isEqualTo(KernReturn.SUCCESS);
  }

  @Test
  void nothingIsSentAfterItsTimeAlsoWithoutAnAlarm() {
    int less = copy(A_SECOND);
    now += SECOND;
    assertThat(sendId(c, less, 1)).isEqualTo(KernReturn.SEND_EXPIRED);
    assertEmpty(s, p);
  }

  @Test
  void theEndOfTheLastSenderIsTold() {
    int less = copy(A_SECOND);
    assertThat(c.deallocate(full)).isEqualTo(KernReturn.SUCCESS);
    request(s, p, NotificationKind.NO_SENDERS, p);
    pass(SECOND);
    assertNotified(s, p, NotificationKind.NO_SENDERS, 1);
    assertThat(type(c, less)).isEqualTo(RightKind.DEAD_NAME.typeBit());
  }

  @Test
  void onItsWayItArrivesDead() {
    int less = copy(A_SECOND);
    sendOk(c, message(by(full), right(less, Disposition.MOVE_SEND)));
    pass(SECOND);
    assertThat(isDeadName(receive(s, p).ports().getFirst())).isTrue();
  }

  @Test
  void whoWaitsToSendWaitsNoLonger() {
    int less = copy(A_SECOND);
    fillQueue();
    Sent waiting = new Sent();
    c.send(numbered(by(less), 3, OutgoingMessage.FOR_EVER), List.of(), waiting);
    Sent other = new Sent();
    c.send(numbered(by(full), 4, OutgoingMessage.FOR_EVER), List.of(), other);
    pass(SECOND);
    assertThat(waiting.only()).isEqualTo(KernReturn.SEND_EXPIRED);
    assertThat(isDeadName(waiting.returned.orElseThrow().destination())).isTrue();
    assertThat(other.results).isEmpty();
  }

  @Test
  void theEarlierEndHoldsForWhatIsMadeOfIt() {
    int less = copy(A_SECOND);
    now += SECOND / 2;
    int child = diminish(c, less, Disposition.COPY_SEND, A_SECOND);
    assertThat(DiminishedRights.powers(c, child).orElseThrow().nanos()).isEqualTo(SECOND / 2);
    pass(SECOND / 2);
    assertThat(type(c, child)).isEqualTo(RightKind.DEAD_NAME.typeBit());
  }

  @Test
  void itDiesWithItsPortAndTheAlarmIsUnset() {
    int less = copy(A_SECOND);
    assertThat(s.destroy(p)).isEqualTo(KernReturn.SUCCESS);
    assertThat(type(c, less)).isEqualTo(RightKind.DEAD_NAME.typeBit());
    assertThat(sendId(c, less, 1)).isEqualTo(KernReturn.SEND_INVALID_DEST);
    assertThat(world.ipc.expiries.size()).isZero();
  }

  @Test
  void theReceiverMakesThemToo() {
    int less = diminish(s, p, Disposition.MAKE_SEND, ONLY_SEVEN);
    assertThat(s.status(p).orElseThrow().makeSendCount()).isEqualTo(2);
    assertThat(sendId(s, less, 8)).isEqualTo(KernReturn.SEND_MSG_FILTERED);
    assertThat(DiminishedRights.diminish(s, p, Disposition.MAKE_SEND_ONCE, ONLY_SEVEN).result())
        .isEqualTo(KernReturn.INVALID_VALUE);
    assertThat(DiminishedRights.diminish(s, p, Disposition.COPY_SEND, ONLY_SEVEN).result())
        .isEqualTo(KernReturn.INVALID_RIGHT);
    assertThat(DiminishedRights.diminish(s, 0x7703, Disposition.COPY_SEND, ONLY_SEVEN).result())
        .isEqualTo(KernReturn.INVALID_NAME);
  }

  @Test
  void roomIsToldToWhoWaitsAtIt() {
    int less = copy(ONLY_SEVEN);
    fillQueue();
    Optional<PortDescriptor> once = Optional.of(World.makeOnce(q));
    c.requestNotification(less, NotificationKind.SEND_POSSIBLE.number(), 1, once).orElseThrow();
    receive(s, p);
    assertNotified(c, q, NotificationKind.SEND_POSSIBLE, less);
  }

  @Test
  void theKernelItselfSendsByNoMoreThanItsPowers() {
    int less = copy(ONLY_SEVEN);
    CarriedRight held = c.take(by(less)).orElseThrow();
    KernelMessage content =
        new KernelMessage(8, new byte[0], Optional.empty(), List.of(), List.of(), World.token(0));
    assertThat(world.ipc.sendFor(world.other, held.copySend(), content))
        .isEqualTo(KernReturn.SEND_MSG_FILTERED);
    assertThat(world.ipc.send(held, content)).isEqualTo(KernReturn.SEND_MSG_FILTERED);
    assertEmpty(s, p);
    assertThat(o.entries()).isEmpty();
  }
}
