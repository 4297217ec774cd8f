// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND_ONCE;
import static org.portunus.abi.mach.Disposition.MOVE_RECEIVE;
import static org.portunus.abi.mach.Disposition.MOVE_SEND_ONCE;
import static org.portunus.kernel.object.World.RECEIVE;
import static org.portunus.kernel.object.World.SEND;
import static org.portunus.kernel.object.World.message;
import static org.portunus.kernel.object.World.port;
import static org.portunus.kernel.object.World.receive;
import static org.portunus.kernel.object.World.refs;
import static org.portunus.kernel.object.World.request;
import static org.portunus.kernel.object.World.right;
import static org.portunus.kernel.object.World.send;
import static org.portunus.kernel.object.World.sendOk;
import static org.portunus.kernel.object.World.type;
import static org.portunus.kernel.object.World.withReply;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.portunus.abi.mach.GuardException;
import org.portunus.abi.mach.GuardFlag;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.PortOption;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.ExceptionMessage;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.PortOptions;

/** Rows 27 to 34 of Mach conformance, reply and connection ports, in the object layer. */
class GuardsTest {
  private static final long GUARD = 0x1122334455667788L;
  private static final long OTHER = 7;
  private static final int GUARDED = 0x02;
  private static final int STRICT = 0x04;
  private static final int IMMOVABLE = 0x40;

  private final World w = new World();
  private final Space s = w.s;
  private final Space c = w.c;
  private final ReceiveRights rights = s.receiveRights();
  private final List<Violation> violations = new ArrayList<>();

  private record Violation(Task task, int name, GuardException exception, long guard) {}

  GuardsTest() {
    w.ipc.listenToGuards((task, name, exception, guard) ->
        violations.add(new Violation(task, name, exception, guard)));
  }

  @AfterEach
  void nothingIsLeft() {
    Recount.check(w.ipc, List.of(), List.of());
    w.killAll();
    assertThat(w.ipc.counts()).isEqualTo(World.NOTHING);
  }

  private int construct(long context, PortOption... options) {
    return rights.construct(PortOptions.of(mask(options)), context).orElseThrow();
  }

  private static int mask(PortOption... options) {
    int mask = 0;
    for (PortOption option : options) {
      mask |= option.bit();
    }
    return mask;
  }

  private void assertViolated(int name, GuardException exception, long guard) {
    assertThat(violations).containsExactly(new Violation(w.server, name, exception, guard));
    violations.clear();
  }

  private void assertAlive(int name) {
    assertThat(type(s, name) & RightKind.RECEIVE.typeBit()).isNotZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1025})
  void row27_aQueueLimitThatNoPortHas(int limit) {
    PortOptions options = new PortOptions(PortOption.QUEUE_LIMIT.bit(), limit, Optional.empty(), 0);
    assertThat(rights.construct(options, 0).result()).isEqualTo(KernReturn.INVALID_VALUE);
    assertThat(s.entries()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1024})
  void row27_theLeastAndTheMostQueueLimit(int limit) {
    PortOptions options = new PortOptions(PortOption.QUEUE_LIMIT.bit(), limit, Optional.empty(), 0);
    int n = rights.construct(options, 0).orElseThrow();
    assertThat(s.status(n).orElseThrow().queueLimit()).isEqualTo(limit);
  }

  @Test
  void row27_aSendRightUnderTheSameName() {
    int n = construct(0, PortOption.INSERT_SEND_RIGHT);
    assertThat(type(s, n)).isEqualTo(World.bits(RightKind.SEND, RightKind.RECEIVE));
    assertThat(refs(s, n, SEND)).isEqualTo(1);
    assertThat(s.status(n).orElseThrow().makeSendCount()).isEqualTo(1);
  }

  @Test
  void row28_optionsThatExcludeEachOther() {
    PortOption[] roles = {
      PortOption.SERVICE_PORT, PortOption.CONNECTION_PORT, PortOption.THREAD_GROUP_TRACKING
    };
    PortOption[] replies = {
      PortOption.REPLY_PORT,
      PortOption.ENFORCE_REPLY_PORT_SEMANTICS,
      PortOption.PROVISIONAL_REPLY_PORT,
      PortOption.PROVISIONAL_ID_PROTECTION_OPTOUT
    };
    for (PortOption[] group : List.of(roles, replies)) {
      for (PortOption one : group) {
        for (PortOption two : group) {
          if (one != two) {
            assertThat(rights.construct(PortOptions.of(mask(one, two)), 0).result())
                .as("%s and %s", one, two)
                .isEqualTo(KernReturn.INVALID_ARGUMENT);
          }
        }
      }
    }
    assertThat(rights.construct(PortOptions.of(1 << 20), 0).result())
        .isEqualTo(KernReturn.INVALID_ARGUMENT);
    assertThat(rights.construct(PortOptions.of(PortOption.THREAD_GROUP_TRACKING.bit()), 0).result())
        .isEqualTo(KernReturn.DENIED);
    assertThat(s.entries()).isEmpty();
  }

  @Test
  void row29_aGuardedPortEndsByItsGuardAlone() {
    int n = construct(GUARD, PortOption.CONTEXT_AS_GUARD, PortOption.INSERT_SEND_RIGHT);
    assertThat(s.destroy(n)).isEqualTo(KernReturn.INVALID_RIGHT);
    assertViolated(n, GuardException.DESTROY, GUARD);
    assertThat(s.modRefs(n, RECEIVE, -1)).isEqualTo(KernReturn.INVALID_RIGHT);
    assertViolated(n, GuardException.MOD_REFS, GUARD);
    assertThat(rights.destruct(n, 0, OTHER)).isEqualTo(KernReturn.INVALID_ARGUMENT);
    assertViolated(n, GuardException.DESTROY, GUARD);
    assertAlive(n);
    assertThat(refs(s, n, SEND)).isEqualTo(1);

    assertThat(rights.destruct(n, -1, GUARD)).isEqualTo(KernReturn.SUCCESS);
    assertThat(s.type(n).result()).isEqualTo(KernReturn.INVALID_NAME);
    assertThat(violations).isEmpty();
  }

  @Test
  void row29_whatDestructRefuses() {
    int n = construct(0);
    int sender = w.sendRight(s, n, c);
    assertThat(rights.destruct(n + 0x100, 0, 0)).isEqualTo(KernReturn.INVALID_NAME);
    assertThat(c.receiveRights().destruct(sender, 0, 0)).isEqualTo(KernReturn.INVALID_RIGHT);
    assertThat(rights.destruct(n, -1, 0)).isEqualTo(KernReturn.INVALID_RIGHT);
    s.insertRight(n, n, MAKE_SEND);
    assertThat(rights.destruct(n, 1, 0)).isEqualTo(KernReturn.INVALID_VALUE);
    assertThat(rights.destruct(n, -2, 0)).isEqualTo(KernReturn.INVALID_VALUE);
    assertThat(rights.destruct(n, Integer.MIN_VALUE, 0)).isEqualTo(KernReturn.INVALID_VALUE);
    assertAlive(n);
    assertThat(rights.destruct(n, 0, OTHER)).isEqualTo(KernReturn.SUCCESS);
    assertThat(type(s, n)).isEqualTo(RightKind.DEAD_NAME.typeBit());
    assertThat(type(c, sender)).isEqualTo(RightKind.DEAD_NAME.typeBit());
  }

  @Test
  void row29_theEndOfItsTaskEndsAGuardedPort() {
    int n = construct(GUARD, PortOption.CONTEXT_AS_GUARD, PortOption.STRICT);
    int sender = w.sendRight(s, n, c);
    w.server.terminate();
    assertThat(type(c, sender)).isEqualTo(RightKind.DEAD_NAME.typeBit());
    assertThat(violations).isEmpty();
  }

  @Test
  void row30_guardTwiceAndUnguard() {
    int n = port(s);
    assertThat(rights.unguard(n, 0)).isEqualTo(KernReturn.INVALID_ARGUMENT);
    assertViolated(n, GuardException.UNGUARDED, 0);
    assertThat(rights.guard(n, GUARD, 0)).isEqualTo(KernReturn.SUCCESS);
    assertThat(s.status(n).orElseThrow().flags()).isEqualTo(GUARDED);
    assertThat(rights.guard(n, GUARD, 0)).isEqualTo(KernReturn.INVALID_ARGUMENT);
    assertViolated(n, GuardException.INVALID_ARGUMENT, 0);
    assertThat(rights.unguard(n, OTHER)).isEqualTo(KernReturn.INVALID_ARGUMENT);
    assertViolated(n, GuardException.INCORRECT_GUARD, GUARD);
    assertThat(rights.unguard(n, GUARD)).isEqualTo(KernReturn.SUCCESS);
    assertThat(rights.context(n).orElseThrow()).isZero();
    assertThat(s.destroy(n)).isEqualTo(KernReturn.SUCCESS);
  }

  @Test
  void row30_whatCanBeGuarded() {
    int n = port(s);
    int sender = w.sendRight(s, n, c);
    ReceiveRights others = c.receiveRights();
    assertThat(others.guard(sender, GUARD, 0)).isEqualTo(KernReturn.INVALID_RIGHT);
    assertThat(others.unguard(sender + 0x100, GUARD)).isEqualTo(KernReturn.INVALID_NAME);
    assertThat(others.swapGuard(0, GUARD, OTHER)).isEqualTo(KernReturn.INVALID_NAME);
    assertThat(others.guard(~0, GUARD, 0)).isEqualTo(KernReturn.INVALID_NAME);
    assertThat(rights.guard(n, GUARD, 4)).isEqualTo(KernReturn.INVALID_ARGUMENT);
    rights.setContext(n, OTHER);
    assertThat(rights.guard(n, GUARD, 0)).isEqualTo(KernReturn.INVALID_ARGUMENT);
    assertViolated(n, GuardException.INVALID_ARGUMENT, 0);
  }

  @Test
  void row31_theContextOfAStrictPortStays() {
    int n = construct(GUARD, PortOption.CONTEXT_AS_GUARD, PortOption.STRICT);
    assertThat(s.status(n).orElseThrow().flags()).isEqualTo(GUARDED | STRICT);
    assertThat(rights.setContext(n, OTHER)).isEqualTo(KernReturn.INVALID_ARGUMENT);
    assertViolated(n, GuardException.SET_CONTEXT, GUARD);
    assertThat(rights.swapGuard(n, GUARD, OTHER)).isEqualTo(KernReturn.INVALID_ARGUMENT);
    assertViolated(n, GuardException.SET_CONTEXT, GUARD);
    assertThat(rights.context(n).orElseThrow()).isZero();
    assertThat(rights.assertGuard(n, GUARD)).isEqualTo(KernReturn.SUCCESS);
    assertThat(rights.assertGuard(n, OTHER)).isEqualTo(KernReturn.INVALID_ARGUMENT);
    assertViolated(n, GuardException.INCORRECT_GUARD, GUARD);
  }

  @Test
  void row31_swapGuard() {
    int n = construct(GUARD, PortOption.CONTEXT_AS_GUARD);
    assertThat(rights.swapGuard(n, OTHER, 1)).isEqualTo(KernReturn.INVALID_ARGUMENT);
    assertViolated(n, GuardException.INCORRECT_GUARD, GUARD);
    assertThat(rights.swapGuard(n, GUARD, OTHER)).isEqualTo(KernReturn.SUCCESS);
    assertThat(rights.context(n).orElseThrow()).isEqualTo(OTHER);
    assertThat(rights.setContext(n, GUARD)).isEqualTo(KernReturn.SUCCESS);
    assertThat(rights.unguard(n, GUARD)).isEqualTo(KernReturn.SUCCESS);
  }

  @Test
  void row32_anImmovableReceiveRight() {
    int n = construct(GUARD, PortOption.CONTEXT_AS_GUARD, PortOption.IMMOVABLE_RECEIVE);
    assertThat(s.status(n).orElseThrow().flags()).isEqualTo(GUARDED | IMMOVABLE);
    int to = w.sendRight(c, port(c), s);
    assertThat(send(s, message(right(to, COPY_SEND), right(n, MOVE_RECEIVE))))
        .isEqualTo(KernReturn.SEND_INVALID_RIGHT);
    assertViolated(n, GuardException.IMMOVABLE, GUARD);
    assertAlive(n);

    assertThat(rights.unguard(n, GUARD)).isEqualTo(KernReturn.SUCCESS);
    sendOk(s, message(right(to, COPY_SEND), right(n, MOVE_RECEIVE)));
    assertThat(s.type(n).result()).isEqualTo(KernReturn.INVALID_NAME);
  }

  @Test
  void row32_aGuardGoesWithTheMove() {
    int n = construct(GUARD, PortOption.CONTEXT_AS_GUARD);
    int mailbox = port(c);
    int to = w.sendRight(c, mailbox, s);
    sendOk(s, message(right(to, COPY_SEND), right(n, MOVE_RECEIVE)));
    int arrived = receive(c, mailbox).ports().getFirst().name();
    assertThat(c.status(arrived).orElseThrow().flags()).isZero();
    assertThat(c.destroy(arrived)).isEqualTo(KernReturn.SUCCESS);
  }

  @Test
  void row34_onlyLaunchdMakesServicePorts() {
    PortOptions named =
        new PortOptions(PortOption.SERVICE_PORT.bit(), 5, Optional.of("org.example"), 0);
    assertThat(rights.construct(named, 0).result()).isEqualTo(KernReturn.DENIED);
    w.server.letNameServices();
    for (String wrong : List.of("", "x".repeat(PortOptions.MAX_SERVICE + 1))) {
      PortOptions options =
          new PortOptions(PortOption.SERVICE_PORT.bit(), 5, Optional.of(wrong), 0);
      assertThat(rights.construct(options, 0).result()).isEqualTo(KernReturn.INVALID_ARGUMENT);
    }
    assertThat(rights.construct(PortOptions.of(PortOption.SERVICE_PORT.bit()), 0).result())
        .isEqualTo(KernReturn.INVALID_ARGUMENT);

    int service = rights.construct(named, 0).orElseThrow();
    assertThat(rights.service(service).orElseThrow()).isEqualTo("org.example");
    assertThat(rights.service(port(s)).result()).isEqualTo(KernReturn.INVALID_CAPABILITY);
  }

  @Test
  void row34_aConnectionPortNeedsALivingServicePort() {
    w.server.letNameServices();
    int connection = PortOption.CONNECTION_PORT.bit();
    PortOptions named =
        new PortOptions(PortOption.SERVICE_PORT.bit(), 5, Optional.of("org.example"), 0);
    int service = rights.construct(named, 0).orElseThrow();
    assertThat(rights.construct(new PortOptions(connection, 5, Optional.empty(), 0), 0).result())
        .isEqualTo(KernReturn.INVALID_ARGUMENT);
    for (int fake : new int[] {port(s), service + 0x100}) {
      assertThat(
              rights.construct(new PortOptions(connection, 5, Optional.empty(), fake), 0).result())
          .isEqualTo(KernReturn.INVALID_CAPABILITY);
    }
    PortOptions ours = new PortOptions(connection, 5, Optional.empty(), service);
    int n = rights.construct(ours, 0).orElseThrow();
    assertThat(rights.isConnectionOf(n, service).orElseThrow()).isTrue();
    assertThat(rights.isConnectionOf(port(s), service).orElseThrow()).isFalse();

    int to = w.sendRight(c, port(c), s);
    s.insertRight(n, n, MAKE_SEND);
    assertThat(send(s, message(right(to, COPY_SEND), right(n, COPY_SEND))))
        .isEqualTo(KernReturn.SEND_INVALID_RIGHT);
    assertViolated(n, GuardException.IMMOVABLE, 0);
    assertThat(send(s, message(right(to, COPY_SEND), right(n, MOVE_RECEIVE))))
        .isEqualTo(KernReturn.SEND_INVALID_RIGHT);
    assertViolated(n, GuardException.IMMOVABLE, 0);
    sendOk(s, message(right(n, COPY_SEND)));

    s.destroy(service);
    assertThat(rights.construct(ours, 0).result()).isEqualTo(KernReturn.INVALID_CAPABILITY);
  }

  @Test
  void row23_aServicePortComesBackWithItsGuard() {
    w.server.letNameServices();
    int flags = mask(PortOption.SERVICE_PORT, PortOption.CONTEXT_AS_GUARD, PortOption.STRICT);
    int service =
        rights
            .construct(new PortOptions(flags, 5, Optional.of("org.example"), 0), GUARD)
            .orElseThrow();
    int backup = port(s);
    request(s, service, NotificationKind.PORT_DESTROYED, backup);
    int mailbox = port(c);
    sendOk(s, message(right(w.sendRight(c, mailbox, s), COPY_SEND), right(service, MOVE_RECEIVE)));
    int arrived = receive(c, mailbox).ports().getFirst().name();
    assertThat(c.status(arrived).orElseThrow().flags()).isZero();
    w.client.terminate();

    IncomingMessage back = receive(s, backup);
    assertThat(back.id()).isEqualTo(NotificationKind.PORT_DESTROYED.number());
    int again = back.ports().getFirst().name();
    assertThat(s.status(again).orElseThrow().flags()).isEqualTo(GUARDED | STRICT);
    assertThat(rights.assertGuard(again, GUARD)).isEqualTo(KernReturn.SUCCESS);
    assertThat(rights.service(again).orElseThrow()).isEqualTo("org.example");
  }

  @Test
  void aReplyPortGivesSendOnceRightsAsReplyRightsAlone() {
    int reply = construct(0, PortOption.REPLY_PORT);
    int mailbox = port(c);
    int to = w.sendRight(c, mailbox, s);
    assertThat(s.insertRight(reply, reply, MAKE_SEND)).isEqualTo(KernReturn.INVALID_CAPABILITY);
    assertViolated(reply, GuardException.INVALID_RIGHT, 0);
    assertThat(send(s, message(right(to, COPY_SEND), right(reply, MAKE_SEND_ONCE))))
        .isEqualTo(KernReturn.SEND_INVALID_RIGHT);
    assertViolated(reply, GuardException.INVALID_RIGHT, 0);
    assertThat(send(s, message(right(to, COPY_SEND), right(reply, MOVE_RECEIVE))))
        .isEqualTo(KernReturn.SEND_INVALID_RIGHT);
    assertViolated(reply, GuardException.IMMOVABLE, 0);
    assertThat(send(s, withReply(right(to, COPY_SEND), right(reply, MAKE_SEND))))
        .isEqualTo(KernReturn.SEND_INVALID_REPLY);
    assertViolated(reply, GuardException.INVALID_RIGHT, 0);

    sendOk(s, withReply(right(to, COPY_SEND), right(reply, MAKE_SEND_ONCE)));
    int once = receive(c, mailbox).reply().orElseThrow().name();
    int elsewhere = w.sendRight(s, port(s), c);
    assertThat(send(c, message(right(elsewhere, COPY_SEND), right(once, MOVE_SEND_ONCE))))
        .isEqualTo(KernReturn.SEND_INVALID_RIGHT);
    assertThat(violations).hasSize(1);
    violations.clear();
    sendOk(c, message(right(once, MOVE_SEND_ONCE)));
    assertThat(receive(s, reply).local()).isEqualTo(reply);
  }

  @ParameterizedTest
  @EnumSource(
      value = PortOption.class,
      names = {"REPLY_PORT", "PROVISIONAL_REPLY_PORT"})
  void aPortMayAskForReplyPorts(PortOption kind) {
    int strict = construct(0, PortOption.ENFORCE_REPLY_PORT_SEMANTICS);
    int to = w.sendRight(s, strict, c);
    int ordinary = port(c);
    assertThat(send(c, withReply(right(to, COPY_SEND), right(ordinary, MAKE_SEND_ONCE))))
        .isEqualTo(KernReturn.SEND_INVALID_REPLY);
    assertThat(violations)
        .containsExactly(
            new Violation(w.client, ordinary, GuardException.REQUIRE_REPLY_PORT_SEMANTICS, 0));
    violations.clear();
    int reply = c.receiveRights().construct(PortOptions.of(kind.bit()), 0).orElseThrow();
    sendOk(c, withReply(right(to, COPY_SEND), right(reply, MAKE_SEND_ONCE)));
    sendOk(c, message(right(to, COPY_SEND)));
    assertThat(violations).isEmpty();
  }

  @Test
  void anExceptionPortHearsOfBrokenGuards() throws MalformedFrameException {
    int watcher = port(c);
    int to = w.sendRight(c, watcher, s);
    assertThat(w.server.setExceptionPort(Optional.of(right(to, MAKE_SEND_ONCE))))
        .isEqualTo(KernReturn.INVALID_VALUE);
    assertThat(w.server.setExceptionPort(Optional.of(right(to, COPY_SEND))))
        .isEqualTo(KernReturn.SUCCESS);
    int n = construct(GUARD, PortOption.CONTEXT_AS_GUARD);
    s.destroy(n);
    violations.clear();
    IncomingMessage told = receive(c, watcher);
    assertThat(told.id()).isEqualTo(ExceptionMessage.ID);
    assertThat(ExceptionMessage.read(told.data()))
        .isEqualTo(
            new ExceptionMessage(
                GuardException.EXCEPTION,
                ExceptionMessage.guardCode(n, GuardException.DESTROY),
                GUARD,
                w.server.id().counter()));

    assertThat(w.server.setExceptionPort(Optional.empty())).isEqualTo(KernReturn.SUCCESS);
    s.destroy(n);
    violations.clear();
    World.assertEmpty(c, watcher);
    w.server.setExceptionPort(Optional.of(right(to, COPY_SEND)));
    c.destroy(watcher);
    s.destroy(n);
    violations.clear();
  }

  @Test
  void whoBreaksGuardsFillsNobodyElsesQuota() {
    int watcher = port(c);
    int to = w.sendRight(c, watcher, s);
    w.server.setExceptionPort(Optional.of(right(to, COPY_SEND)));
    int n = construct(GUARD, PortOption.CONTEXT_AS_GUARD);
    int limit = c.status(watcher).orElseThrow().queueLimit();
    for (int i = 0; i < 3 * limit; i++) {
      s.destroy(n);
    }
    assertThat(violations).hasSize(3 * limit);
    violations.clear();
    assertThat(c.status(watcher).orElseThrow().messages()).isEqualTo(limit);
    assertThat(w.client.usage().messages()).isZero();
    assertThat(w.server.usage().messages()).isEqualTo(limit);
  }

  @Test
  void guardFlagsAreThoseOfTheHeader() {
    int n = port(s);
    long both = GuardFlag.STRICT.bit() | GuardFlag.IMMOVABLE_RECEIVE.bit();
    assertThat(rights.guard(n, GUARD, both)).isEqualTo(KernReturn.SUCCESS);
    assertThat(s.status(n).orElseThrow().flags()).isEqualTo(GUARDED | STRICT | IMMOVABLE);
  }
}
