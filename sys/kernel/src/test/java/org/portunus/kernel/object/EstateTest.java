// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND;
import static org.portunus.abi.mach.Disposition.MOVE_RECEIVE;
import static org.portunus.kernel.object.World.assertNotified;
import static org.portunus.kernel.object.World.bits;
import static org.portunus.kernel.object.World.numbered;
import static org.portunus.kernel.object.World.port;
import static org.portunus.kernel.object.World.receive;
import static org.portunus.kernel.object.World.request;
import static org.portunus.kernel.object.World.right;
import static org.portunus.kernel.object.World.sendOk;
import static org.portunus.kernel.object.World.type;

import org.junit.jupiter.api.Test;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;

/** What of a task's ports outlives it, and how the next one gets it. */
class EstateTest {
  private static final String NAME = "service/a";

  private final World w = new World();
  private final Space s = w.s;
  private final Space c = w.c;
  private final Estate estate = new Estate(w.ipc);

  private int kept(String name) {
    int port = port(s);
    assertThat(keep(name, port)).isEqualTo(KernReturn.SUCCESS);
    return port;
  }

  private KernReturn keep(String name, int port) {
    return estate.keep(name, s.take(right(port, MAKE_SEND)).orElseThrow());
  }

  private void die() {
    estate.takeOver(w.server);
    w.server.terminate();
  }

  private int claim(Space space, String name) {
    return space.insertAll(estate.claim(name)).orElseThrow().getFirst().name();
  }

  @Test
  void aQueueAndSendersOutliveTheReceiver() {
    int port = kept(NAME);
    int sender = w.sendRight(s, port, c);
    sendOk(c, numbered(right(sender, COPY_SEND), 1, 0));
    die();
    sendOk(c, numbered(right(sender, COPY_SEND), 2, 0));
    int name = claim(w.o, NAME);
    assertThat(type(w.o, name)).isEqualTo(bits(RightKind.RECEIVE, RightKind.SEND));
    assertThat(receive(w.o, name).id()).isEqualTo(1);
    assertThat(receive(w.o, name).id()).isEqualTo(2);
    assertThat(estate.claim(NAME)).as("claimed once").isEmpty();
  }

  @Test
  void aReceiveRightThatIsElsewhereComesBackToTheNextOne() {
    int notify = kept("notify");
    int port = kept(NAME);
    request(s, port, NotificationKind.PORT_DESTROYED, notify);
    CarriedRight moved = s.take(right(port, MOVE_RECEIVE)).orElseThrow();
    c.insert(moved).orElseThrow();
    die();
    w.client.terminate();
    int notified = claim(w.o, "notify");
    int name = claim(w.o, NAME);
    assertThat(type(w.o, name)).isEqualTo(bits(RightKind.SEND));
    var message = receive(w.o, notified);
    assertThat(message.id()).isEqualTo(NotificationKind.PORT_DESTROYED.number());
    assertThat(message.ports().getFirst().name()).isEqualTo(name);
    assertThat(type(w.o, name)).isEqualTo(bits(RightKind.RECEIVE, RightKind.SEND));
  }

  @Test
  void whatNobodyClaimsEnds() {
    int port = kept(NAME);
    int sender = w.sendRight(s, port, c);
    int notify = port(c);
    request(c, sender, NotificationKind.DEAD_NAME, notify);
    die();
    estate.giveUpRest();
    assertThat(estate.size()).isZero();
    assertNotified(c, notify, NotificationKind.DEAD_NAME, sender);
    w.killAll();
    assertThat(w.ipc.counts()).isEqualTo(World.NOTHING);
  }

  @Test
  void theNextDeathLeavesAgain() {
    kept(NAME);
    die();
    int first = claim(c, NAME);
    assertThat(type(c, first)).isEqualTo(bits(RightKind.RECEIVE, RightKind.SEND));
    estate.giveUpRest();
    estate.takeOver(w.client);
    w.client.terminate();
    int second = claim(w.o, NAME);
    assertThat(type(w.o, second)).isEqualTo(bits(RightKind.RECEIVE, RightKind.SEND));
    estate.takeOver(w.other);
    w.other.terminate();
    estate.giveUpRest();
    assertThat(w.ipc.counts()).isEqualTo(World.NOTHING);
  }

  @Test
  void refusals() {
    int port = kept(NAME);
    assertThat(keep(NAME, port(s))).isEqualTo(KernReturn.NAME_EXISTS);
    assertThat(estate.claim(NAME)).as("nobody has died").isEmpty();
    CarriedRight send = s.take(right(port, MAKE_SEND)).orElseThrow();
    s.destroy(port);
    assertThat(estate.keep("dead", send)).isEqualTo(KernReturn.INVALID_CAPABILITY);
    assertThat(keep(NAME, port(s))).as("its port is dead").isEqualTo(KernReturn.SUCCESS);
    for (int i = estate.size(); i < Estate.MOST; i++) {
      Port more = w.ipc.createPort().port().orElseThrow();
      assertThat(estate.keep("more/" + i, more.makeSend())).isEqualTo(KernReturn.SUCCESS);
    }
    Port one = w.ipc.createPort().port().orElseThrow();
    assertThat(estate.keep("one", one.makeSend())).isEqualTo(KernReturn.NO_SPACE);
    assertThat(estate.size()).isEqualTo(Estate.MOST);
  }
}
