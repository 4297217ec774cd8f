// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the rules do not allow is a compile error that names its path and the rule. */
final class RefusalTest {
  private static final String ALLOWED = "can't travel in a call; allowed are boolean, byte, short";

  static Stream<Arguments> types() {
    return Stream.of(
        Arguments.of("Object", "type java.lang.Object " + ALLOWED),
        Arguments.of("char", "type char " + ALLOWED),
        Arguments.of("Character", "type java.lang.Character " + ALLOWED),
        Arguments.of("Number", "type java.lang.Number " + ALLOWED),
        Arguments.of("CharSequence", "type java.lang.CharSequence " + ALLOWED),
        Arguments.of("java.io.File", "type java.io.File " + ALLOWED),
        Arguments.of("java.nio.file.Path", "type java.nio.file.Path " + ALLOWED),
        Arguments.of("java.io.Serializable", "type java.io.Serializable " + ALLOWED),
        Arguments.of("Runnable", "type java.lang.Runnable " + ALLOWED),
        Arguments.of("java.util.function.Supplier<String>", ALLOWED),
        Arguments.of("Date", "type java.util.Date " + ALLOWED),
        Arguments.of("java.time.LocalDate", "type java.time.LocalDate " + ALLOWED),
        Arguments.of("java.math.BigInteger", "type java.math.BigInteger " + ALLOWED),
        Arguments.of("OptionalInt", "type java.util.OptionalInt " + ALLOWED),
        Arguments.of("Set<String>", "type java.util.Set<java.lang.String> " + ALLOWED),
        Arguments.of("ArrayList<String>", ALLOWED),
        Arguments.of("Collection<String>", ALLOWED),
        Arguments.of("int[]", "of arrays only byte[] can travel, not int[]"),
        Arguments.of("String[]", "of arrays only byte[] can travel"),
        Arguments.of("byte[][]", "of arrays only byte[] can travel"),
        Arguments.of("Class<String>", ALLOWED),
        Arguments.of("Throwable", "type java.lang.Throwable " + ALLOWED),
        Arguments.of("Void", "type java.lang.Void " + ALLOWED),
        Arguments.of(
            "java.util.concurrent.CompletableFuture<String>",
            "can't travel; a result that comes later is CompletionStage"),
        Arguments.of(
            "java.util.concurrent.Future<String>",
            "can't travel; a result that comes later is CompletionStage"));
  }

  @ParameterizedTest
  @MethodSource("types")
  void asParameterResultComponentAndElement(String type, String reason) {
    String members =
        """
        record Inner(int a, TYPE it) {}
        record Outer(Inner inner) {}
        @MethodId(1) void plain(TYPE it);
        @MethodId(2) TYPE give();
        @MethodId(3) void nested(Outer outer);
        """;
    String inContainers =
        """
        @MethodId(4) void list(List<TYPE> it);
        @MethodId(5) void map(Map<String, TYPE> it);
        @MethodId(6) void optional(Optional<TYPE> it);
        """;
    boolean primitive = type.equals("char");
    Compilation compilation =
        Compiling.members((primitive ? members : members + inContainers).replace("TYPE", type));
    assertErrors(compilation, "plain.it: ", reason);
    assertErrors(compilation, "give.result: ", reason);
    assertErrors(compilation, "nested.outer.inner.it: ", reason);
    if (!primitive) {
      assertErrors(compilation, "list.it[]: ", reason);
      assertErrors(compilation, "map.it[value]: ", reason);
      assertErrors(compilation, "optional.it: ", reason);
    }
  }

  static Stream<Arguments> declarations() {
    String rule = "a declared exception must be a class extending Exception";
    return Stream.of(
        Arguments.of("void take();", "take: @MethodId is missing"),
        Arguments.of("@MethodId(0) void take();", "take: @MethodId is 0, allowed are 1 to 65535"),
        Arguments.of("@MethodId(65536) void take();", "take: @MethodId is 65536"),
        Arguments.of("@MethodId(-1) void take();", "take: @MethodId is -1"),
        Arguments.of(
            "@MethodId(3) void one(); @MethodId(3) void two();",
            "two: @MethodId 3 belongs to one already"),
        Arguments.of(
            "@MethodId(3) void same(); @MethodId(3) void same(int overload);",
            "same: @MethodId 3 belongs to same already"),
        Arguments.of("@MethodId(1) <T> void take(T it);", "take: a generic method"),
        Arguments.of("@MethodId(1) void take(int... it);", "take: variable arguments"),
        Arguments.of("@MethodId(1) default void take() {}", "take: only an abstract method"),
        Arguments.of("@MethodId(1) @Oneway int take();", "take: a @Oneway method returns void"),
        Arguments.of(
            "final class E extends Exception { private static final long serialVersionUID = 1L;"
                + " public E() {} }\n@MethodId(1) @Oneway void take() throws E;",
            "take: a @Oneway method declares no exceptions"),
        Arguments.of(
            "@MethodId(1) @Oneway @Idempotent void take();",
            "take: a @Oneway method can't be @Idempotent"),
        Arguments.of(
            "@MethodId(1) @Oneway java.util.concurrent.CompletionStage<String> take();",
            "take: a @Oneway method returns void"),
        Arguments.of(
            "@MethodId(1) void take(java.util.concurrent.CompletionStage<String> it);",
            "take.it: only the whole result of a method can be a stage"),
        Arguments.of(
            "@MethodId(1) List<java.util.concurrent.CompletionStage<String>> take();",
            "take.result[]: only the whole result of a method can be a stage"),
        Arguments.of(
            "@MethodId(1) java.util.concurrent.CompletionStage<Object> take();",
            "take.result: type java.lang.Object " + ALLOWED),
        Arguments.of(
            "@MethodId(1) java.util.concurrent.CompletionStage<List<Void>> take();",
            "take.result[]: type java.lang.Void " + ALLOWED),
        Arguments.of(
            "@MethodId(1) java.util.concurrent.CompletionStage<? extends String> take();",
            "take.result: type ? extends java.lang.String " + ALLOWED),
        Arguments.of("@MethodId(1) void take(List<?> it);", "take.it[]: a wildcard (?)"),
        Arguments.of("@MethodId(1) void take(List<? extends String> it);", "take.it[]: a wildcard"),
        Arguments.of("@MethodId(1) void take(Map<String, ?> it);", "take.it[value]: a wildcard"),
        Arguments.of("@MethodId(1) void take(Map<Double, String> it);", "take.it[key]: type"),
        Arguments.of("@MethodId(1) void take(Map<byte[], String> it);", "take.it[key]: type"),
        Arguments.of(
            "record K(int a) {} @MethodId(1) void take(Map<K, String> it);",
            "take.it[key]: type sample.Sample.K can't be a key; allowed are String"),
        Arguments.of(
            "record P<T>(T it) {} @MethodId(1) void take(P<String> it);", "take.it: type sample"),
        Arguments.of("enum None {} @MethodId(1) void take(None it);", "has no constant"),
        Arguments.of(
            "record Loop(int a, Loop next) {} @MethodId(1) void take(Loop it);",
            "sample.Sample.Loop: a value would contain itself without end"),
        Arguments.of(
            "sealed interface S permits A {} final class A implements S {}"
                + " @MethodId(1) void take(S it);",
            "take.it(A): a case of sealed interface sample.Sample.S must be a record or an enum"),
        Arguments.of(
            "sealed interface S permits A {} record A(Object o) implements S {}"
                + " @MethodId(1) void take(S it);",
            "take.it(A).o: type java.lang.Object"),
        Arguments.of(
            "@MethodId(1) void take() throws java.io.IOException;",
            "take.throws(java.io.IOException): java.io.IOException has 4 public constructors; "
                + rule),
        Arguments.of(
            "@MethodId(1) void take() throws IllegalStateException;",
            "take.throws(java.lang.IllegalStateException): java.lang.IllegalStateException; "
                + rule),
        Arguments.of("@MethodId(1) void take() throws Throwable;", "java.lang.Throwable; " + rule),
        Arguments.of("@MethodId(1) <E extends Exception> void take() throws E;", "generic method"),
        Arguments.of(
            exception("public E(int size) {}"), "take.throws(sample.Sample.E).size: no method"),
        Arguments.of(
            exception("public E(int size) {} public long size() { return 1; }"),
            "size: no method size() of type int"),
        Arguments.of(exception("private E() {}"), "has 0 public constructors; " + rule),
        Arguments.of(
            exception("public E(Object it) {} public Object it() { return 1; }"),
            "take.throws(sample.Sample.E).it: type java.lang.Object"),
        Arguments.of(
            exception(
                "public E(List<FileRight> it) {} public List<FileRight> it() { return List.of(); }"),
            "take.throws(sample.Sample.E).it: an exception can't carry a right; " + rule),
        Arguments.of(
            exception("public E(MemoryRight it) {} public MemoryRight it() { return null; }"),
            "take.throws(sample.Sample.E).it: an exception can't carry a right; " + rule),
        Arguments.of(
            exception("public E(PortRight it) {} public PortRight it() { return null; }"),
            "take.throws(sample.Sample.E).it: an exception can't carry a right; " + rule));
  }

  private static String exception(String members) {
    return "final class E extends Exception { private static final long serialVersionUID = 1L; "
        + members
        + " }\n@MethodId(1) void take() throws E;";
  }

  @ParameterizedTest
  @MethodSource("declarations")
  void declarationsAgainstTheRules(String members, String reason) {
    assertRefused(members, "", reason);
  }

  /** Raw types are a lint warning first; the processor still says its own. */
  @ParameterizedTest
  @MethodSource("rawTypes")
  void rawTypes(String type) {
    assertRefused("@MethodId(1) void take(" + type + " it);", "take.it: ", "raw type java.util.");
  }

  static Stream<String> rawTypes() {
    return Stream.of("List", "Map", "Optional", "Set");
  }

  @Test
  void rawStages() {
    assertRefused(
        "@MethodId(1) java.util.concurrent.CompletionStage take();",
        "take.result: ",
        "raw type CompletionStage");
  }

  @Test
  void interfacesAgainstTheRules() {
    assertErrors(
        Compiling.compile(
            Compiling.source("Sample", "@Service(\"a\") public interface Sample<T> {}")),
        "Sample: a service interface has no type parameters");
    assertErrors(
        Compiling.compile(
            Compiling.source(
                "Sample", "@Service(\"a\") public interface Sample extends AutoCloseable {}")),
        "Sample: a service interface extends no other");
    assertErrors(
        Compiling.compile(Compiling.source("Sample", "@Service(\"a\") public class Sample {}")),
        "Sample: @Service belongs on an interface");
    assertErrors(
        Compiling.compile(
            Compiling.source("Sample", "@Service(\"a b\") public interface Sample {}")),
        "Sample: the name of a service has 1 to 128 letters");
    assertErrors(
        Compiling.compile(
            Compiling.source(
                "Outer",
                "final class Outer { private enum Hidden { A }"
                    + " @Service(\"a\") interface S { @MethodId(1) void take(Hidden it); } }")),
        "take.it: Hidden is not accessible from package sample");
  }

  @Test
  void allErrorsAtOnce() {
    assertThat(
            Compiling.errors(
                Compiling.members(
                    "@MethodId(1) void one(Object a, char b);\n@MethodId(2) Runnable two();")))
        .hasSize(3);
  }

  private static void assertRefused(String members, String path, String reason) {
    assertErrors(Compiling.members(members), path, reason);
  }

  private static void assertErrors(Compilation compilation, String... parts) {
    List<String> errors = Compiling.errors(compilation);
    assertThat(compilation.status()).isEqualTo(Compilation.Status.FAILURE);
    assertThat(errors)
        .as("errors with %s", List.of(parts))
        .anyMatch(error -> Stream.of(parts).allMatch(error::contains));
  }
}
