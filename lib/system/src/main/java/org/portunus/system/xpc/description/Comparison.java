// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.description;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.portunus.system.xpc.description.Description.Choice;
import org.portunus.system.xpc.description.Description.Component;
import org.portunus.system.xpc.description.Description.Definition;
import org.portunus.system.xpc.description.Description.Ending;
import org.portunus.system.xpc.description.Description.Enumeration;
import org.portunus.system.xpc.description.Description.Interface;
import org.portunus.system.xpc.description.Description.Method;
import org.portunus.system.xpc.description.Description.Presence;
import org.portunus.system.xpc.description.Description.Structure;
import org.portunus.system.xpc.description.Fit.Sides;

/**
 * One comparison. Definitions that meet wait in a queue, each pair once for each direction, so that
 * nothing recurses but lists, maps and optionals, which the reader bounds.
 */
final class Comparison {
  private static final int MAX_PAIRS = 4096;
  private static final int MAX_FINDINGS = 256;

  /** One side: what it has, and what it is called. */
  private record Side(Description description, String name) {
    Definition at(Type.Named type) {
      return description.at(type);
    }
  }

  /** Who sends to whom; of an interface, who calls whom. */
  private record Way(Side sender, Side receiver) {
    Way back() {
      return new Way(/* sender= */ receiver, /* receiver= */ sender);
    }

    private boolean isInOrder() {
      return sender.name().compareTo(receiver.name()) < 0;
    }

    /** What both sides have, by the name of one: the same whichever is the client. */
    String either(String sent, String read) {
      return isInOrder() ? sent : read;
    }

    /** What each side has: the same text whichever is the client. */
    String names(String sent, String read) {
      return isInOrder() ? text(sender, sent, receiver, read) : text(receiver, read, sender, sent);
    }

    private static String text(Side left, String first, Side right, String second) {
      return "%s in the %s interface, %s in the %s one"
          .formatted(first, left.name(), second, right.name());
    }
  }

  /** Definitions that stand for each other. */
  private record Pair(Way way, Type.Named from, Type.Named to) {}

  /** What makes a pair one and the same. */
  private record Seen(String sender, int from, int to) {}

  private record Waiting(Pair pair, String path) {}

  private final Side client;
  private final Side service;
  private final Set<Seen> seen = new HashSet<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final List<Finding> findings = new ArrayList<>();

  Comparison(Description client, Description service, Sides sides) {
    this.client = new Side(client, sides.client());
    this.service = new Side(service, sides.service());
  }

  List<Finding> run() {
    Type.Named root = new Type.Named(0);
    add(new Pair(new Way(client, service), root, root), "");
    while (!waiting.isEmpty() && findings.size() < MAX_FINDINGS) {
      Waiting next = waiting.remove();
      definitions(next.pair(), next.path());
    }
    return List.copyOf(findings);
  }

  private void add(Pair pair, String path) {
    if (seen.size() == MAX_PAIRS) {
      refused(path, "the interfaces have too many types to compare");
    } else if (seen.add(
        new Seen(pair.way().sender().name(), pair.from().place(), pair.to().place()))) {
      waiting.add(new Waiting(pair, path));
    }
  }

  private void refused(String path, String text) {
    find(path, text, "", Effect.REFUSED);
  }

  private void find(String path, String text, String owner, Effect effect) {
    if (findings.size() < MAX_FINDINGS) {
      findings.add(new Finding(path, text, owner, effect));
    }
  }

  private void definitions(Pair pair, String path) {
    Way way = pair.way();
    Definition from = way.sender().at(pair.from());
    Definition to = way.receiver().at(pair.to());
    if (from instanceof Interface caller && to instanceof Interface called) {
      String prefix =
          pair.from().place() == 0 ? "" : way.either(caller.name(), called.name()) + ".";
      interfaces(way, prefix, caller, called, path);
    } else if (from instanceof Structure sent && to instanceof Structure read) {
      structures(way, sent, read, path);
    } else if (from instanceof Enumeration sent && to instanceof Enumeration read) {
      constants(way, sent, read, path);
    } else if (from instanceof Choice sent && to instanceof Choice read) {
      choices(way, sent, read, path);
    } else {
      otherType(way, pair.from(), pair.to(), path);
    }
  }

  private void otherType(Way way, Type from, Type to, String path) {
    refused(
        path,
        "type "
            + way.names(
                TypeText.of(way.sender().description(), from),
                TypeText.of(way.receiver().description(), to)));
  }

  private void interfaces(Way way, String prefix, Interface caller, Interface called, String path) {
    if (!caller.service().equals(called.service())) {
      refused(
          path.isEmpty() ? "@Service" : path,
          "interface " + way.names(caller.service(), called.service()));
      return;
    }
    Set<Integer> ids = new TreeSet<>();
    caller.methods().forEach(m -> ids.add(m.id()));
    called.methods().forEach(m -> ids.add(m.id()));
    for (int id : ids) {
      Optional<Method> calls = caller.method(id);
      Optional<Method> has = called.method(id);
      String at =
          prefix
              + (calls.isPresent() && has.isPresent()
                  ? way.either(calls.get().name(), has.get().name())
                  : calls.or(() -> has).orElseThrow().name());
      if (calls.isPresent() && has.isPresent()) {
        methods(way, calls.get(), has.get(), at);
      } else {
        Side owner = calls.isPresent() ? way.sender() : way.receiver();
        find(
            at,
            "method %d is only in the %s interface".formatted(id, owner.name()),
            owner.name(),
            calls.isPresent() ? Effect.FAILS_WHEN_USED : Effect.WORKS);
      }
    }
  }

  private void methods(Way way, Method calls, Method has, String at) {
    if (!calls.name().equals(has.name())) {
      refused(
          at,
          "method %d has another name: %s"
              .formatted(calls.id(), way.names(calls.name(), has.name())));
      return;
    }
    if ((calls.ending() == Ending.ONE_WAY) != (has.ending() == Ending.ONE_WAY)) {
      refused(at, "one-way in one interface only");
      return;
    }
    if (calls.ending() != has.ending()) {
      boolean repeats = calls.ending() == Ending.IDEMPOTENT;
      Side owner = repeats ? way.sender() : way.receiver();
      find(
          at,
          "idempotent only in the %s interface".formatted(owner.name()),
          owner.name(),
          repeats ? Effect.REFUSED : Effect.WORKS);
    }
    parameters(way, calls, has, at);
    if (calls.result().isPresent() != has.result().isPresent()) {
      refused(at + ".result", "a result in one interface only");
    } else if (calls.result().isPresent()) {
      flow(way.back(), has.result().get(), calls.result().get(), at + ".result");
    }
    exceptions(way, calls, has, at);
  }

  private void parameters(Way way, Method calls, Method has, String at) {
    if (calls.parameters().size() != has.parameters().size()) {
      refused(
          at, "other parameters: " + way.names(list(calls.parameters()), list(has.parameters())));
      return;
    }
    for (int i = 0; i < calls.parameters().size(); i++) {
      Component sent = calls.parameters().get(i);
      Component read = has.parameters().get(i);
      flow(way, sent.type(), read.type(), at + "." + way.either(sent.name(), read.name()));
    }
  }

  private static String list(List<Component> components) {
    return components.stream().map(Component::name).toList().toString();
  }

  private void exceptions(Way way, Method calls, Method has, String at) {
    int common = Math.min(calls.exceptions().size(), has.exceptions().size());
    for (int i = 0; i < common; i++) {
      String known = way.sender().at(calls.exceptions().get(i)).name();
      String thrown = way.receiver().at(has.exceptions().get(i)).name();
      if (!known.equals(thrown)) {
        refused(at + ".throws", "exception %d: %s".formatted(i + 1, way.names(known, thrown)));
        return;
      }
      flow(
          way.back(),
          has.exceptions().get(i),
          calls.exceptions().get(i),
          at + ".throws(" + thrown + ")");
    }
    for (Type.Named more : has.exceptions().subList(common, has.exceptions().size())) {
      only(
          at + ".throws",
          "exception " + way.receiver().at(more).name(),
          way.receiver(),
          Effect.FAILS_WHEN_USED);
    }
    for (Type.Named more : calls.exceptions().subList(common, calls.exceptions().size())) {
      only(at + ".throws", "exception " + way.sender().at(more).name(), way.sender(), Effect.WORKS);
    }
  }

  private void only(String path, String what, Side owner, Effect effect) {
    find(
        path, "%s is only in the %s interface".formatted(what, owner.name()), owner.name(), effect);
  }

  private void flow(Way way, Type from, Type to, String path) {
    if (from instanceof Type.Named sent && to instanceof Type.Named read) {
      // Who gets an interface calls it.
      boolean calledBack = way.sender().at(sent) instanceof Interface;
      add(calledBack ? new Pair(way.back(), read, sent) : new Pair(way, sent, read), path);
    } else if (from instanceof Type.ListOf sent && to instanceof Type.ListOf read) {
      flow(way, sent.element(), read.element(), path + "[]");
    } else if (from instanceof Type.OptionalOf sent && to instanceof Type.OptionalOf read) {
      flow(way, sent.element(), read.element(), path);
    } else if (from instanceof Type.MapOf sent && to instanceof Type.MapOf read) {
      flow(way, sent.key(), read.key(), path + "[key]");
      flow(way, sent.value(), read.value(), path + "[value]");
    } else if (!from.equals(to)) {
      otherType(way, from, to, path);
    }
  }

  private void structures(Way way, Structure sent, Structure read, String path) {
    String name = way.either(sent.name(), read.name());
    int common = Math.min(sent.components().size(), read.components().size());
    for (int i = 0; i < common; i++) {
      Component from = sent.components().get(i);
      Component to = read.components().get(i);
      if (!from.name().equals(to.name())) {
        refused(
            path,
            "component %d of record %s: %s"
                .formatted(i + 1, name, way.names(from.name(), to.name())));
        return;
      }
      flow(way, from.type(), to.type(), path + "." + to.name());
    }
    for (Component more : sent.components().subList(common, sent.components().size())) {
      only(
          path,
          "component %s of record %s".formatted(more.name(), name),
          way.sender(),
          new ReferenceSearch(way.sender().description()).isIn(more.type())
              ? Effect.REFUSED
              : Effect.LEFT_OUT);
    }
    for (Component more : read.components().subList(common, read.components().size())) {
      only(
          path,
          "component %s of record %s".formatted(more.name(), name),
          way.receiver(),
          more.presence() == Presence.IF_SENT ? Effect.DEFAULTED : Effect.REFUSED);
    }
  }

  private void constants(Way way, Enumeration sent, Enumeration read, String path) {
    String name = way.either(sent.name(), read.name());
    int common = Math.min(sent.constants().size(), read.constants().size());
    for (int i = 0; i < common; i++) {
      if (!sent.constants().get(i).equals(read.constants().get(i))) {
        refused(
            path,
            "constant %d of enum %s: %s"
                .formatted(i, name, way.names(sent.constants().get(i), read.constants().get(i))));
        return;
      }
    }
    for (String more : sent.constants().subList(common, sent.constants().size())) {
      only(
          path,
          "constant %s of enum %s".formatted(more, name),
          way.sender(),
          Effect.FAILS_WHEN_USED);
    }
    for (String more : read.constants().subList(common, read.constants().size())) {
      only(path, "constant %s of enum %s".formatted(more, name), way.receiver(), Effect.WORKS);
    }
  }

  private void choices(Way way, Choice sent, Choice read, String path) {
    String name = way.either(sent.name(), read.name());
    int common = Math.min(sent.cases().size(), read.cases().size());
    for (int i = 0; i < common; i++) {
      String from = way.sender().at(sent.cases().get(i)).name();
      String to = way.receiver().at(read.cases().get(i)).name();
      if (!from.equals(to)) {
        refused(path, "case %d of sealed %s: %s".formatted(i, name, way.names(from, to)));
        return;
      }
      flow(way, sent.cases().get(i), read.cases().get(i), path + "(" + to + ")");
    }
    for (Type.Named more : sent.cases().subList(common, sent.cases().size())) {
      String option = way.sender().at(more).name();
      only(
          path,
          "case %s of sealed %s".formatted(option, name),
          way.sender(),
          Effect.FAILS_WHEN_USED);
    }
    for (Type.Named more : read.cases().subList(common, read.cases().size())) {
      String option = way.receiver().at(more).name();
      only(path, "case %s of sealed %s".formatted(option, name), way.receiver(), Effect.WORKS);
    }
  }
}
