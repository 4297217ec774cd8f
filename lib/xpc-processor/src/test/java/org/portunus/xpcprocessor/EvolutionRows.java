// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import java.util.List;
import org.portunus.xpcprocessor.EvolutionRow.Version;

/** The rows of docs/evolution.md, in its order. */
final class EvolutionRows {
  private static final String REFUSED = "protocol.interface";
  private static final String NO_METHOD = "`protocol.method`";
  private static final String UNKNOWN = "`protocol.unknown`";

  private EvolutionRows() {}

  static List<EvolutionRow> all() {
    return List.of(
        EvolutionRow.of(
            "add a method",
            "works",
            "8",
            NO_METHOD,
            "8,protocol.method",
            twice(),
            twiceAndHalf(),
            "half",
            "method 2"),
        EvolutionRow.of(
            "remove a method",
            NO_METHOD,
            "8,protocol.method",
            "works",
            "8",
            twiceAndHalf(),
            twice(),
            "half",
            "method 2"),
        refused(
            "rename a method, same number",
            twice(),
            Version.of(
                "@MethodId(1) int dbl(int n);",
                "public int dbl(int n) { return 2 * n; }",
                "s.dbl(4)"),
            "method 1 has another name: twice in the",
            "dbl in the"),
        EvolutionRow.of(
            "give a method another number",
            NO_METHOD,
            "protocol.method",
            NO_METHOD,
            "protocol.method",
            twice(),
            Version.of(
                "@MethodId(7) int twice(int n);",
                "public int twice(int n) { return 2 * n; }",
                "s.twice(4)"),
            "twice"),
        works(
            "reorder methods",
            "8,2",
            twiceAndHalf(),
            Version.of(
                "@MethodId(2) int half(int n);\n@MethodId(1) int twice(int n);",
                "public int twice(int n) { return 2 * n; } public int half(int n) { return n / 2;"
                    + " }",
                "s.twice(4)",
                "s.half(4)")),
        refused(
            "add a parameter",
            twice(),
            Version.of(
                "@MethodId(1) int twice(int n, int more);",
                "public int twice(int n, int more) { return 2 * n; }",
                "s.twice(4, 1)"),
            "twice: other parameters",
            "[n, more]"),
        works(
            "rename a parameter",
            "8",
            twice(),
            Version.of(
                "@MethodId(1) int twice(int number);",
                "public int twice(int n) { return 2 * n; }",
                "s.twice(4)")),
        refused(
            "widen a parameter, `int` to `long`",
            twice(),
            Version.of(
                "@MethodId(1) int twice(long n);",
                "public int twice(long n) { return 8; }",
                "s.twice(4)"),
            "twice.n: type",
            "int in the",
            "long in the"),
        refused(
            "give a `void` method a result",
            Version.of(
                "@MethodId(1) void go();", "public void go() {}", "{ s.go(); return null; }"),
            Version.of("@MethodId(1) int go();", "public int go() { return 1; }", "s.go()"),
            "go.result"),
        works(
            "return a stage instead of a value",
            "8",
            twice(),
            Version.of(
                "@MethodId(1) CompletionStage<Integer> twice(int n);",
                "public CompletionStage<Integer> twice(int n) { return"
                    + " CompletableFuture.completedStage(2 * n); }",
                "s.twice(4).toCompletableFuture().get()")),
        refused(
            "make a method one-way",
            Version.of(
                "@MethodId(1) void go(); @MethodId(2) int n();",
                "public void go() {} public int n() { return 1; }",
                "s.n()"),
            Version.of(
                "@MethodId(1) @Oneway void go(); @MethodId(2) int n();",
                "public void go() {} public int n() { return 1; }",
                "s.n()"),
            "go: one-way"),
        EvolutionRow.of(
            "make a method idempotent",
            "works",
            "8",
            "refused",
            REFUSED,
            twice(),
            Version.of(
                "@MethodId(1) @Idempotent int twice(int n);",
                "public int twice(int n) { return 2 * n; }",
                "s.twice(4)"),
            "twice: idempotent only in the client interface"),
        argument(
            "add a component with `@IfAbsent` to an argument",
            "default",
            "O[a=1, b=5, c=x, d=[], e=Optional.empty]",
            "left out",
            "O[a=1]",
            "int a",
            "int a, @IfAbsent(\"5\") int b, @IfAbsent(\"x\") String c, @IfAbsent(\"\")"
                + " List<Integer> d, @IfAbsent(\"\") Optional<String> e",
            "1",
            "1, 6, \"y\", List.of(1), Optional.of(\"t\")"),
        EvolutionRow.of(
            "add a component with `@IfAbsent` to a result",
            "left out",
            "O[a=1]",
            "default",
            "O[a=1, b=5]",
            Version.of(
                "record O(int a) {} @MethodId(1) List<O> get();",
                "public List<O> get() { return List.of(new O(1)); }",
                "s.get().getFirst()"),
            Version.of(
                "record O(int a, @IfAbsent(\"5\") int b) {} @MethodId(1) List<O> get();",
                "public List<O> get() { return List.of(new O(1, 7)); }",
                "s.get().getFirst()")),
        argument(
            "add a component without `@IfAbsent` to an argument",
            "refused",
            REFUSED,
            "left out",
            "O[a=1]",
            "int a",
            "int a, int b",
            "1",
            "1, 2",
            "component b of record O is only in the service interface"),
        EvolutionRow.of(
            "add a component that holds an interface, with `@IfAbsent`",
            "default",
            "false",
            "refused",
            REFUSED,
            Version.of(
                "record O(int a) {} @MethodId(1) boolean put(O o);",
                "public boolean put(O o) { return true; }",
                "s.put(new O(1))"),
            Version.of(
                "record O(int a, @IfAbsent(\"\") Optional<Sample> b) {} @MethodId(1) boolean put(O"
                    + " o);",
                "public boolean put(O o) { return o.b().isPresent(); }",
                "s.put(new O(1, Optional.empty()))"),
            "component b of record O is only in the client interface"),
        argument(
            "remove the last component of an argument",
            "left out",
            "O[a=1]",
            "refused",
            REFUSED,
            "int a, int b",
            "int a",
            "1, 2",
            "1",
            "component b of record O is only in the service interface"),
        argument(
            "rename a component",
            "refused",
            REFUSED,
            "refused",
            REFUSED,
            "int a",
            "int b",
            "1",
            "1",
            "component 1 of record O: ",
            "a in the",
            "b in the"),
        argument(
            "reorder components",
            "refused",
            REFUSED,
            "refused",
            REFUSED,
            "int a, int b",
            "int b, int a",
            "1, 2",
            "1, 2",
            "component 1 of record O: "),
        argument(
            "widen a component, `int` to `long`",
            "refused",
            REFUSED,
            "refused",
            REFUSED,
            "int a",
            "long a",
            "1",
            "1L",
            "put.o.a: type",
            "long in the"),
        argument(
            "make a component `Optional`",
            "refused",
            REFUSED,
            "refused",
            REFUSED,
            "int a",
            "Optional<Integer> a",
            "1",
            "Optional.of(1)",
            "put.o.a: type",
            "optional<int> in the"),
        EvolutionRow.of(
            "rename a record",
            "works",
            "1",
            "works",
            "1",
            Version.of(
                "record O(int a) {} @MethodId(1) int put(O o);",
                "public int put(O o) { return o.a(); }",
                "s.put(new O(1))"),
            Version.of(
                "record P(int a) {} @MethodId(1) int put(P o);",
                "public int put(P o) { return o.a(); }",
                "s.put(new P(1))")),
        EvolutionRow.of(
            "add an enum constant at the end of an argument's enum",
            "works",
            "B",
            UNKNOWN,
            "B,protocol.unknown",
            putting("enum K { A, B }", "K", "K.B"),
            putting("enum K { A, B, C }", "K", "K.B", "K.C"),
            "k: enum K has no number 2 at this end"),
        EvolutionRow.of(
            "add an enum constant at the end of a result's enum",
            UNKNOWN,
            "protocol.unknown",
            "works",
            "B",
            getting("enum K { A, B }", "K", "K.B"),
            getting("enum K { A, B, C }", "K", "K.C"),
            "result: enum K has no number 2"),
        refused(
            "add an enum constant before others",
            putting("enum K { A, B }", "K", "K.B"),
            putting("enum K { C, A, B }", "K", "K.B"),
            "put.k: constant 0 of enum K"),
        refused(
            "rename an enum constant",
            putting("enum K { A, B }", "K", "K.B"),
            putting("enum K { A, D }", "K", "K.D"),
            "put.k: constant 1 of enum K"),
        EvolutionRow.of(
            "add a case at the end of an argument's sealed interface",
            "works",
            "A[]",
            UNKNOWN,
            "A[],protocol.unknown",
            putting(sealed("A"), "K", "new A()"),
            putting(sealed("A", "B"), "K", "new A()", "new B()"),
            "k: sealed K has no number 1 at this end"),
        EvolutionRow.of(
            "add a case at the end of a result's sealed interface",
            UNKNOWN,
            "protocol.unknown",
            "works",
            "A[]",
            getting(sealed("A"), "K", "new A()"),
            getting(sealed("A", "B"), "K", "new B()"),
            "result: sealed K has no number 1"),
        refused(
            "reorder cases",
            putting(sealed("A", "B"), "K", "new A()"),
            putting(sealed("B", "A"), "K", "new A()"),
            "put.k: case 0 of sealed K"),
        EvolutionRow.of(
            "declare another exception, last",
            UNKNOWN,
            "protocol.unknown",
            "works",
            "First",
            Version.of(
                thrown("First") + "@MethodId(1) void go() throws First;",
                "public void go() throws First { throw new First(\"no\"); }",
                "{ s.go(); return null; }"),
            Version.of(
                thrown("First") + thrown("Second") + "@MethodId(1) void go() throws First, Second;",
                "public void go() throws Second { throw new Second(\"no\"); }",
                "{ s.go(); return null; }"),
            "the throws clause of go has no number 2"),
        refused(
            "rename the service",
            twice(),
            twice(),
            "has interface b, the other a",
            "has interface a, the other b"),
        EvolutionRow.of(
            "add a method to a listener that the client passes",
            "`protocol.method`, for the service",
            "protocol.method",
            "works",
            "1",
            Version.of(
                listener("@MethodId(1) int one();"),
                "public String watch(Listener l) { return \"\" + l.one(); }",
                "s.watch(() -> 1)"),
            Version.of(
                listener("@MethodId(1) int one(); @MethodId(2) int two();"),
                "public String watch(Listener l) { try { return \"\" + l.two(); } catch"
                    + " (PortunusException e) { return e.getMessage(); } }",
                "s.watch(new Listener() { public int one() { return 1; } public int two() { return"
                    + " 2; } })"),
            "method 2"));
  }

  private static Version twice() {
    return Version.of(
        "@MethodId(1) int twice(int n);",
        "public int twice(int n) { return 2 * n; }",
        "s.twice(4)");
  }

  private static Version twiceAndHalf() {
    return Version.of(
        "@MethodId(1) int twice(int n);\n@MethodId(2) int half(int n);",
        "public int twice(int n) { return 2 * n; } public int half(int n) { return n / 2; }",
        "s.twice(4)",
        "s.half(4)");
  }

  private static EvolutionRow refused(
      String change, Version before, Version after, String... says) {
    return EvolutionRow.of(change, "refused", REFUSED, "refused", REFUSED, before, after, says);
  }

  private static EvolutionRow works(String change, String seen, Version before, Version after) {
    return EvolutionRow.of(change, "works", seen, "works", seen, before, after);
  }

  private static EvolutionRow argument(
      String change,
      String oldCell,
      String oldClient,
      String newCell,
      String newClient,
      String before,
      String after,
      String oldValue,
      String newValue,
      String... says) {
    return EvolutionRow.of(
        change,
        oldCell,
        oldClient,
        newCell,
        newClient,
        record(before, oldValue),
        record(after, newValue),
        says);
  }

  private static Version record(String components, String value) {
    return Version.of(
        "record O(%s) {} @MethodId(1) String put(O o);".formatted(components),
        "public String put(O o) { return o.toString(); }",
        "s.put(new O(%s))".formatted(value));
  }

  private static Version putting(String type, String name, String... values) {
    String[] calls = new String[values.length];
    for (int i = 0; i < values.length; i++) {
      calls[i] = "s.put(%s)".formatted(values[i]);
    }
    return Version.of(
        type + " @MethodId(1) String put(%s k);".formatted(name),
        "public String put(%s k) { return k.toString(); }".formatted(name),
        calls);
  }

  private static Version getting(String type, String name, String value) {
    return Version.of(
        type + " @MethodId(1) %s get();".formatted(name),
        "public %s get() { return %s; }".formatted(name, value),
        "s.get()");
  }

  private static String sealed(String... cases) {
    StringBuilder text =
        new StringBuilder("sealed interface K permits ")
            .append(String.join(", ", cases))
            .append(" {}");
    for (String option : cases) {
      text.append(" record ").append(option).append("() implements K {}");
    }
    return text.toString();
  }

  private static String thrown(String name) {
    return "final class %s extends Exception { private static final long serialVersionUID = 1L; public %s(String message) { super(message); } } "
        .formatted(name, name);
  }

  private static String listener(String members) {
    return "@Service(\"listener\") interface Listener { "
        + members
        + " } @MethodId(1) String watch(Listener l);";
  }
}
