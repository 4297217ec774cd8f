// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The digest is that of the canonical form, for ever; it changes with the wire and nothing else.
 */
final class DigestTest {
  private static final String MEMBERS =
      """
      enum Kind { TEXT, PICTURE }
      record Page(int number, Optional<String> title, List<Page> parts) {}
      record Report(Kind kind, List<Page> pages, Map<String, Long> words, byte[] preview) {}
      sealed interface Options permits Quick, Thorough {}
      record Quick() implements Options {}
      record Thorough(double share, boolean previews) implements Options {}
      final class Unsupported extends Exception {
        private static final long serialVersionUID = 1L;
        public Unsupported(String message) { super(message); }
      }
      @Service("org.portunus.sample.listener")
      interface Listener {
        @MethodId(1) void progress(float share);
        @MethodId(2) void again(Sample origin, Listener other);
      }
      @MethodId(3) void watch(Listener listener);
      @MethodId(1) Report inspect(FileRight document, Options options) throws Unsupported;
      @MethodId(2) @Oneway void forget(UUID job, Instant since, short a, Byte b);
      """;

  private static final String CANONICAL =
      """
      portunus-interface-1
      interface#0 org.portunus.sample {
      1 inspect(file,sealed#1{Quick:record#2{},Thorough:record#3{share:double,previews:boolean}}) -> record#4{kind:enum{TEXT,PICTURE},pages:list<record#5{number:int,title:optional<string>,parts:list<record#5>}>,words:map<string,long>,preview:bytes} throws Unsupported record#6{message:string};
      2 forget(uuid,instant,short,byte) oneway;
      3 watch(interface#7 org.portunus.sample.listener {
      1 progress(float) -> void;
      2 again(interface#0,interface#7) -> void;
      }) -> void;
      }
      """;

  private static final String GOLDEN =
      "c40ec88fdfd249392aa0151006b9f086ebc833496192a1c8c40e780dc6c84aea";

  @Test
  void goldenVector() throws IOException, NoSuchAlgorithmException {
    assertThat(
            HexFormat.of()
                .formatHex(
                    MessageDigest.getInstance("SHA-256")
                        .digest(CANONICAL.getBytes(StandardCharsets.UTF_8))))
        .isEqualTo(GOLDEN);
    assertThat(digest(MEMBERS)).isEqualTo(GOLDEN);
  }

  static Stream<Arguments> sameWire() {
    return Stream.of(
        Arguments.of("FileRight document, Options options", "FileRight file, Options how"),
        Arguments.of(
            "@MethodId(3) void watch(Listener listener);\n@MethodId(1) Report inspect("
                + "FileRight document, Options options) throws Unsupported;",
            "@MethodId(1) Report inspect(FileRight document, Options options) throws Unsupported;"
                + "\n@MethodId(3) void watch(Listener listener);"),
        Arguments.of("Byte b", "byte b"),
        Arguments.of(
            "@MethodId(1) Report inspect(",
            "@MethodId(1) java.util.concurrent.CompletionStage<Report> inspect("),
        Arguments.of(
            "@MethodId(3) void watch(",
            "@MethodId(3) java.util.concurrent.CompletionStage<Void> watch("),
        Arguments.of("Page", "Sheet"));
  }

  @ParameterizedTest
  @MethodSource("sameWire")
  void staysTheSame(String from, String to) throws IOException {
    assertThat(digest(changed(from, to))).isEqualTo(GOLDEN);
  }

  static Stream<Arguments> otherWire() {
    return Stream.of(
        Arguments.of("@MethodId(3)", "@MethodId(4)"),
        Arguments.of("void watch(", "void observe("),
        Arguments.of("@Oneway ", ""),
        Arguments.of("FileRight document", "MemoryRight document"),
        Arguments.of("FileRight document", "PortRight document"),
        Arguments.of("@MethodId(3) void watch(", "@MethodId(3) @Idempotent void watch("),
        Arguments.of(" throws Unsupported;", ";"),
        Arguments.of("short a, Byte b", "Byte b, short a"),
        Arguments.of("short a", "int a"),
        Arguments.of("TEXT, PICTURE", "PICTURE, TEXT"),
        Arguments.of("TEXT, PICTURE", "TEXT, PICTURE, SOUND"),
        Arguments.of("permits Quick, Thorough", "permits Thorough, Quick"),
        Arguments.of("double share, boolean previews", "boolean previews, double share"),
        Arguments.of("double share,", "double part,"),
        Arguments.of("Optional<String> title", "String title"),
        Arguments.of("Map<String, Long>", "Map<Long, String>"),
        Arguments.of("record Quick()", "record Quick(int level)"),
        Arguments.of("progress(float share)", "progress(double share)"),
        Arguments.of("org.portunus.sample.listener", "org.portunus.sample.observer"));
  }

  @ParameterizedTest
  @MethodSource("otherWire")
  void changes(String from, String to) throws IOException {
    assertThat(digest(changed(from, to))).isNotEqualTo(GOLDEN);
  }

  private static String changed(String from, String to) {
    String changed = MEMBERS.replace(from, to);
    assertThat(changed).isNotEqualTo(MEMBERS);
    return changed;
  }

  private static String digest(String members) throws IOException {
    return Compiling.digest(Compiling.process(members), "SampleXpc");
  }
}
