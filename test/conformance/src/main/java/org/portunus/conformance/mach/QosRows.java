// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND;
import static org.portunus.abi.mach.Disposition.MOVE_RECEIVE;
import static org.portunus.abi.mach.Disposition.MOVE_SEND_ONCE;
import static org.portunus.abi.mach.Qos.BACKGROUND;
import static org.portunus.abi.mach.Qos.UNSPECIFIED;
import static org.portunus.abi.mach.Qos.USER_INITIATED;
import static org.portunus.abi.mach.Qos.USER_INTERACTIVE;
import static org.portunus.abi.mach.Qos.UTILITY;
import static org.portunus.conformance.mach.Party.as;
import static org.portunus.conformance.mach.TaskRows.row;
import static org.portunus.conformance.suite.Row.same;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.Qos;
import org.portunus.conformance.suite.Row;
import org.portunus.conformance.suite.Setting;

/** Rows 86 to 94, and 104: how urgent messages are, and what they do to whoever receives them. */
final class QosRows {
  private static final int ASKERS = 6;
  private static final int REQUESTS = 400;
  // By the weights of the groups it is forty times.
  private static final int BOOSTED = 4;
  private static final long WORK_NANOS = 500_000;
  private static final long MOST_WORK_NANOS = 25_000_000;
  private static final int TRIPS = 10;
  private static final long START_NANOS = 500_000_000;
  private static final long LOAD_NANOS = 800_000_000;

  private QosRows() {}

  static Stream<Row> rows() {
    return Stream.of(
            row(86, "a message brings its QoS, or none", QosRows::carried),
            row(87, "the receiver works at the sender's QoS until it replies", QosRows::boosted),
            row(88, "nobody asks for more than its ceiling", QosRows::ceiling),
            row(89, "the QoS goes through several hops, also later", QosRows::hops),
            row(90, "a boost ends with its reply right, or its sender", QosRows::ends),
            row(91, "without a reply right a boost ends at the receipt", QosRows::oneWay),
            row(92, "a boost goes where the receive right goes", QosRows::moved),
            row(93, "the urgent one gets at least twice the service", QosRows::twice),
            row(94, "an urgent message is first, but not before its sender's", QosRows::order),
            row(104, "who is waited for urgently gets the processors", QosRows::processors)
                .filter(row -> row.setting() == Setting.PROCESSES))
        .flatMap(rows -> rows);
  }

  private static void carried(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.port();
    int inB = a.giveOne(b, n, MAKE_SEND);
    for (Qos qos : List.of(UNSPECIFIED, BACKGROUND, UTILITY)) {
      same("send", KernReturn.SUCCESS, Urgent.oneWay(inB, qos).by(b));
      same("QoS", qos, Urgent.receive(a, n).qos());
    }
    same("plain", KernReturn.SUCCESS, b.send(as(inB, COPY_SEND), 5));
    same("QoS of a plain message", UNSPECIFIED, Urgent.receive(a, n).qos());
    same("propagated", KernReturn.SUCCESS, Urgent.oneWay(inB, UNSPECIFIED).propagating().by(b));
    same("the sender's own", Urgent.own(b), Urgent.receive(a, n).qos());
    same(
        "unknown option",
        KernReturn.SEND_INVALID_OPTIONS,
        Urgent.oneWay(inB, UTILITY).with(1 << 14).by(b));
  }

  private static void boosted(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.port();
    int replies = b.port();
    int inB = a.giveOne(b, n, MAKE_SEND);
    Qos own = Urgent.own(a);
    same("before", own, Urgent.now(a));
    same("send", KernReturn.SUCCESS, Urgent.request(inB, replies, USER_INITIATED).by(b));
    same("as it waits", USER_INITIATED, Urgent.now(a));
    Urgent.Got request = Urgent.receive(a, n);
    same("as it is worked at", USER_INITIATED, Urgent.now(a));
    request.answerBy(a);
    same("after the reply", own, Urgent.now(a));
    same("answered", 2, b.receive(replies).id());
    same("less urgent", KernReturn.SUCCESS, Urgent.request(inB, replies, BACKGROUND).by(b));
    same("never slower", own, Urgent.now(a));
  }

  private static void ceiling(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    Party c = parties.join();
    int n = a.port();
    for (Party sender : List.of(b, c)) {
      int name = a.giveOne(sender, n, MAKE_SEND);
      Qos most = Urgent.ceiling(sender);
      same("a ceiling", true, USER_INTERACTIVE.isAbove(most));
      Urgent request = Urgent.request(name, sender.port(), USER_INTERACTIVE);
      same("send", KernReturn.SUCCESS, request.by(sender));
      same("works at", Urgent.own(a).or(most), Urgent.now(a));
      Urgent.Got got = Urgent.receive(a, n);
      same("QoS", most, got.qos());
      got.answerBy(a);
    }
    same("after", Urgent.own(a), Urgent.now(a));
  }

  private static void hops(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    Party c = parties.join();
    int n = a.port();
    int last = c.port();
    int inB = a.giveOne(b, n, MAKE_SEND);
    int inA = c.giveOne(a, last, MAKE_SEND);
    int answers = a.port();
    same(
        "second hop first",
        KernReturn.SUCCESS,
        Urgent.request(inA, answers, UNSPECIFIED).propagating().by(a));
    same("nobody urgent yet", Urgent.own(c).or(Urgent.own(a)), Urgent.now(c));
    same("first hop", KernReturn.SUCCESS, Urgent.request(inB, b.port(), USER_INITIATED).by(b));
    same("one hop", USER_INITIATED, Urgent.now(a));
    same("two hops", USER_INITIATED, Urgent.now(c));
    Urgent.Got request = Urgent.receive(a, n);
    request.answerBy(a);
    same("the first hop is over", Urgent.own(a), Urgent.now(a));
    same("so is the second's reason", Urgent.own(c).or(Urgent.own(a)), Urgent.now(c));
    Urgent.receive(c, last).answerBy(c);
    same("nobody waits", Urgent.own(c), Urgent.now(c));
  }

  private static void ends(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    Party c = parties.join();
    int n = a.port();
    int inB = a.giveOne(b, n, MAKE_SEND);
    Urgent request = Urgent.request(inB, b.port(), USER_INITIATED);
    same("send", KernReturn.SUCCESS, request.by(b));
    int reply = Urgent.receive(a, n).reply();
    same("held", USER_INITIATED, Urgent.now(a));
    a.task().deallocate(reply);
    same("given up", Urgent.own(a), Urgent.now(a));
    same("send", KernReturn.SUCCESS, request.by(b));
    reply = Urgent.receive(a, n).reply();
    a.giveOne(c, reply, MOVE_SEND_ONCE);
    same("handed on", Urgent.own(a), Urgent.now(a));
    same("to who works for it now", USER_INITIATED, Urgent.now(c));
    same("send", KernReturn.SUCCESS, request.by(b));
    same("in the queue", USER_INITIATED, Urgent.now(a));
    b.die();
    a.awaitDead(a.to(b));
    same("a dead sender wants nothing", Urgent.own(a), Urgent.now(a));
    same("nor from others", Urgent.own(c), Urgent.now(c));
    same("told as it was sent", USER_INITIATED, Urgent.receive(a, n).qos());
    same("received", Urgent.own(a), Urgent.now(a));
  }

  private static void oneWay(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.port();
    int inB = a.giveOne(b, n, MAKE_SEND);
    same("send", KernReturn.SUCCESS, Urgent.oneWay(inB, USER_INITIATED).by(b));
    same("as it waits", USER_INITIATED, Urgent.now(a));
    same("QoS", USER_INITIATED, Urgent.receive(a, n).qos());
    same("received", Urgent.own(a), Urgent.now(a));
    same("send", KernReturn.SUCCESS, Urgent.oneWay(inB, USER_INITIATED).by(b));
    a.task().destroy(n);
    same("destroyed", Urgent.own(a), Urgent.now(a));
  }

  private static void moved(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    Party c = parties.join();
    int n = a.port();
    int inB = a.giveOne(b, n, MAKE_SEND);
    Urgent request = Urgent.request(inB, b.port(), USER_INITIATED);
    same("send", KernReturn.SUCCESS, request.by(b));
    same("here", USER_INITIATED, Urgent.now(a));
    int inC = a.giveOne(c, n, MOVE_RECEIVE);
    same("not here", Urgent.own(a), Urgent.now(a));
    same("there", USER_INITIATED, Urgent.now(c));
    Urgent.receive(c, inC).answerBy(c);
    same("answered", Urgent.own(c), Urgent.now(c));
    c.task().destroy(inC);
  }

  private static void twice(Parties parties) throws Exception {
    Party server = parties.join();
    Party urgent = parties.join();
    Party background = parties.join();
    int n = server.port();
    server.task().setQueueLimit(n, 2 * ASKERS);
    int inUrgent = server.giveOne(urgent, n, MAKE_SEND);
    int inBackground = server.giveOne(background, n, MAKE_SEND);
    List<Integer> served;
    int answered;
    try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread::new)) {
      CompletableFuture<Integer> first = ask(threads, urgent, inUrgent, USER_INITIATED);
      CompletableFuture<Integer> second = ask(threads, background, inBackground, BACKGROUND);
      served = server.task().serve(n, REQUESTS, 2 * ASKERS, work(background));
      answered = first.join() + second.join();
    }
    long boosted = served.stream().filter(qos -> qos == USER_INITIATED.number()).count();
    same("served", REQUESTS, served.size());
    same("answered", true, answered >= REQUESTS);
    long others = REQUESTS - boosted;
    parties.measured("served: " + boosted + " user-initiated, " + others + " background");
    same(boosted + " urgent ones, " + others + " others: twice", true, boosted >= 2 * others);
    same("nobody starves: " + others, true, others >= REQUESTS / 16);
    same("the boost is gone", Urgent.own(server), Urgent.now(server));
  }

  /** Long beside a trip to the kernel and back, or the askers would not compete at all. */
  private static long work(Party asker) {
    long begin = System.nanoTime();
    for (int i = 0; i < TRIPS; i++) {
      same("a QoS", true, asker.task().qos().size() > 0);
    }
    return Math.clamp(System.nanoTime() - begin, WORK_NANOS, MOST_WORK_NANOS);
  }

  private static CompletableFuture<Integer> ask(
      ExecutorService threads, Party party, int to, Qos qos) {
    return CompletableFuture.supplyAsync(
        () -> party.task().askUntilStopped(to, qos, ASKERS), threads);
  }

  private static void order(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    Party c = parties.join();
    int n = a.port();
    int inB = a.giveOne(b, n, MAKE_SEND);
    int inC = a.giveOne(c, n, MAKE_SEND);
    same("send", KernReturn.SUCCESS, Urgent.oneWay(inC, BACKGROUND).by(c));
    same("send", KernReturn.SUCCESS, Urgent.oneWay(inB, UTILITY).by(b));
    same("send", KernReturn.SUCCESS, Urgent.oneWay(inC, UTILITY).by(c));
    same("send", KernReturn.SUCCESS, Urgent.oneWay(inB, USER_INITIATED).by(b));
    for (Qos qos : List.of(UTILITY, USER_INITIATED, BACKGROUND, UTILITY)) {
      same("order", qos, Urgent.receive(a, n).qos());
    }
  }

  /** Without control groups nothing shares the processors by urgency: both just get on. */
  private static void processors(Parties parties) throws Exception {
    Party utility = parties.join();
    Party urgent = parties.join();
    Party background = parties.join();
    boolean grouped = parties.hasGroups(0);
    int n = background.port();
    int inUrgent = background.giveOne(urgent, n, MAKE_SEND);
    long[] alone = compete(utility, background);
    same("both work: " + Arrays.toString(alone), true, alone[0] > 0 && alone[1] > 0);
    Urgent request = Urgent.request(inUrgent, urgent.port(), USER_INITIATED);
    same("send", KernReturn.SUCCESS, request.by(urgent));
    long[] boosted = compete(utility, background);
    Urgent.receive(background, n).answerBy(background);
    long[] after = compete(utility, background);
    String all = Stream.of(alone, boosted, after).map(Arrays::toString).toList().toString();
    parties.measured("utility and background, done before, during, after a boost: " + all);
    if (grouped) {
      same(all + ": more for the boost", true, share(boosted) >= BOOSTED * share(alone));
      same(all + ": boosted", true, boosted[1] >= 2 * boosted[0]);
      same(all + ": less after the reply", true, share(boosted) >= BOOSTED * share(after));
    }
  }

  /** Of the second, beside the first: Linux moves threads between processors as it likes. */
  private static double share(long[] done) {
    return (double) done[1] / Math.max(1, done[0]);
  }

  /** What each of two gets done while both want every processor, in the same time. */
  private static long[] compete(Party first, Party second) {
    long from = System.nanoTime() + START_NANOS;
    long until = from + LOAD_NANOS;
    int threads = 2 * Runtime.getRuntime().availableProcessors();
    try (ExecutorService executor = Executors.newThreadPerTaskExecutor(Thread::new)) {
      CompletableFuture<Long> one =
          CompletableFuture.supplyAsync(() -> first.task().compute(threads, from, until), executor);
      CompletableFuture<Long> two =
          CompletableFuture.supplyAsync(
              () -> second.task().compute(threads, from, until), executor);
      return new long[] {one.join(), two.join()};
    }
  }
}
