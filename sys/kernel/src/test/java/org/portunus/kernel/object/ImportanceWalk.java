// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.QosGrant;

/**
 * Tasks that ask, answer, forward, forget and die at random. After each act the boosts are looked
 * for where rights and messages are, and what each task works at is reckoned from them anew.
 */
final class ImportanceWalk {
  private static final int TASKS = 4;
  private static final int MOST_RIGHTS = 12;
  private static final int RECOUNTED = 20;

  private final Random random;
  private final World world = new World();
  private final List<Party> parties = new ArrayList<>();

  /** A task, its port, and its send rights to the ports of the others. */
  private static final class Party {
    final Task task;
    final int port;
    final Map<Party, Integer> others = new HashMap<>();

    Party(Task task, int port) {
      this.task = task;
      this.port = port;
    }

    Space space() {
      return task.space();
    }
  }

  private ImportanceWalk(long seed) {
    random = new Random(seed);
    for (int i = 0; i < TASKS; i++) {
      parties.add(join(world.task(Quota.STANDARD), i));
    }
    introduce();
  }

  private static Party join(Task task, int number) {
    Qos own = Qos.of(Qos.MAINTENANCE.number() + number).orElseThrow();
    Qos ceiling = Qos.of(Math.min(own.number() + 2, 6)).orElseThrow();
    task.grantQos(new QosGrant(own, ceiling));
    int port = World.port(task.space());
    task.space().setQueueLimit(port, 3);
    return new Party(task, port);
  }

  private void introduce() {
    for (Party to : parties) {
      for (Party from : parties) {
        if (from != to && !from.others.containsKey(to)) {
          from.others.put(to, world.sendRight(to.space(), to.port, from.space()));
        }
      }
    }
  }

  /** PASSED and how far it came, or FAILED and why. */
  static String report(long seed, int steps) {
    ImportanceWalk walk = new ImportanceWalk(seed);
    int boosted = 0;
    for (int step = 0; step < steps; step++) {
      String act = "nothing";
      try {
        act = walk.act();
        boosted += walk.check();
        if (step % RECOUNTED == 0) {
          var _ = Recount.check(walk.world.ipc, List.of(), List.of());
        }
      } catch (AssertionError | RuntimeException wrong) {
        return "FAILED: seed " + seed + ", step " + step + ", " + act + ": " + wrong;
      }
    }
    return "PASSED: " + boosted + " boosts seen";
  }

  private Party any() {
    return parties.get(random.nextInt(parties.size()));
  }

  private String act() {
    Party party = any();
    return switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> ask(party, any());
      case 4, 5, 6 -> {
        var _ = party.space().poll(party.port);
        yield "receive";
      }
      case 7, 8 -> useReply(party, Use.ANSWER, any());
      case 9 -> useReply(party, Use.DROP, any());
      case 10 -> useReply(party, Use.FORWARD, any());
      default -> random.nextInt(8) == 0 ? die(party) : blockedGivesUp(party);
    };
  }

  private String ask(Party from, Party to) {
    if (from == to || from.space().names() > MOST_RIGHTS) {
      return "ask nobody";
    }
    Qos qos = Qos.of(random.nextInt(Qos.COUNT)).orElseThrow();
    Urgency urgency = new Urgency(qos, random.nextBoolean());
    Optional<PortDescriptor> reply =
        random.nextInt(4) == 0 ? Optional.empty() : Optional.of(World.makeOnce(from.port));
    long timeout = random.nextBoolean() ? 0 : OutgoingMessage.FOR_EVER;
    send(
        from,
        new OutgoingMessage(timeout, to(from, to), reply, 5, List.of(), new byte[0]),
        urgency);
    return "ask " + urgency;
  }

  private static PortDescriptor to(Party from, Party to) {
    return World.right(Objects.requireNonNull(from.others.get(to)), Disposition.COPY_SEND);
  }

  private void send(Party from, OutgoingMessage message, Urgency urgency) {
    from.task.send(
        message,
        MessageBody.PLAIN,
        List.of(),
        (_, returned) -> returned.ifPresent(back -> giveUp(from, back)),
        SendOption.NONE,
        urgency);
  }

  private static void giveUp(Party from, ReturnedMessage back) {
    from.space().deallocate(back.destination().name());
    back.reply().ifPresent(right -> from.space().deallocate(right.name()));
    back.ports().forEach(right -> from.space().deallocate(right.name()));
  }

  private enum Use {
    ANSWER,
    DROP,
    FORWARD
  }

  private String useReply(Party party, Use use, Party to) {
    Right[] once =
        Arrays.stream(party.space().table().all())
            .filter(right -> right.is(RightKind.SEND_ONCE))
            .toArray(Right[]::new);
    if (once.length == 0 || (use == Use.FORWARD && to == party)) {
      return "use nothing";
    }
    int name = once[random.nextInt(once.length)].name();
    PortDescriptor moved = World.right(name, Disposition.MOVE_SEND_ONCE);
    switch (use) {
      case ANSWER -> send(party, World.message(moved), Urgency.NONE);
      case DROP -> party.space().deallocate(name);
      case FORWARD -> {
        boolean asReply = random.nextBoolean();
        send(
            party,
            new OutgoingMessage(
                0,
                to(party, to),
                asReply ? Optional.of(moved) : Optional.empty(),
                6,
                asReply ? List.of() : List.of(moved),
                new byte[0]),
            random.nextBoolean() ? Urgency.NONE : new Urgency(Qos.USER_INTERACTIVE, true));
      }
    }
    return use.toString();
  }

  private String blockedGivesUp(Party party) {
    List.copyOf(party.space().blockedSends).forEach(BlockedSend::timeOut);
    return "give up";
  }

  private String die(Party party) {
    int number = parties.indexOf(party);
    party.task.terminate();
    parties.forEach(other -> {
      Integer dead = other.others.remove(party);
      if (dead != null) {
        other.space().deallocate(dead);
      }
    });
    parties.set(number, join(world.task(Quota.STANDARD), number));
    introduce();
    return "die";
  }

  /** Where each boost is; fails if one is in two places, or where it does not count. */
  private int check() {
    Map<Boost, Optional<Task>> found = new HashMap<>();
    for (Party party : parties) {
      for (Right right : party.space().table().all()) {
        see(found, right.boost(), party.task);
        if (right.is(RightKind.RECEIVE)) {
          MessageQueue queue = right.port().queue();
          queue.messages.forEach(message -> see(found, message, party.task));
          queue.blocked.forEach(sender -> see(found, sender.message(), party.task));
        }
      }
    }
    int given = 0;
    for (Party party : parties) {
      given += party.task.importance().given();
    }
    same("boosts of those that live", found.size(), given);
    Map<Task, Qos> reckoned = reckon(found);
    for (Party party : parties) {
      same(
          "class of " + party.task,
          Objects.requireNonNull(reckoned.get(party.task)),
          party.task.effectiveQos());
    }
    return found.size();
  }

  private static void see(Map<Boost, Optional<Task>> found, Message message, Task task) {
    see(found, message.destination().boost(), task);
    message.forEachRight(right -> see(found, right.boost(), task));
  }

  private static void see(Map<Boost, Optional<Task>> found, @Nullable Boost boost, Task task) {
    if (boost != null && !boost.hasEnded()) {
      same("a boost in one place", false, found.containsKey(boost));
      found.put(boost, Optional.of(task));
    }
  }

  /** From own classes up, until nothing changes. */
  private Map<Task, Qos> reckon(Map<Boost, Optional<Task>> found) {
    Map<Task, Qos> classes = new HashMap<>();
    parties.forEach(party -> classes.put(party.task, party.task.qosGrant().own()));
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Map.Entry<Boost, Optional<Task>> entry : found.entrySet()) {
        Boost boost = entry.getKey();
        Task at = entry.getValue().orElseThrow();
        Task sender = boost.sender().task();
        if (at == sender) {
          continue;
        }
        Qos ceiling = sender.qosGrant().ceiling();
        Qos pushes = boost.fixed().atMost(ceiling);
        if (boost.kind() == Boost.Kind.PROPAGATED) {
          pushes = pushes.or(classes.getOrDefault(sender, Qos.UNSPECIFIED));
        }
        Qos now = Objects.requireNonNull(classes.get(at)).or(pushes);
        changed |= classes.put(at, now) != now;
      }
    }
    return classes;
  }

  private static void same(String what, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError(what + ": expected " + expected + ", was " + actual);
    }
  }
}
