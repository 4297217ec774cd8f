// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code xpc describe} and {@code xpc call} as a person types them, with a service in its sandbox.
 */
class XpcVerbsTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String INTERFACE = "portunus.lifeprobe";
  private static final String OTHER = "probe.other.name";

  @TempDir static Path folder;
  private static LifeInstance instance;

  @BeforeAll
  static void start() throws Exception {
    instance =
        LifeInstance.start(
            new ProbeFolder(folder)
                .job(INTERFACE, Map.of("IdleTimeout", "600"), 0)
                .job(OTHER, Map.of("IdleTimeout", "600"), 0));
  }

  @AfterAll
  static void end() throws Exception {
    instance.close();
  }

  private static ToolRun xpc(String verb, String... arguments) throws Exception {
    String[] all = new String[arguments.length + 2];
    all[0] = "xpc";
    all[1] = verb;
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return ToolRun.of(instance, all);
  }

  @Test
  void aServiceThatDoesNotRunIsStartedAndDescribesItself() throws Exception {
    ToolRun text = xpc("describe", INTERFACE);
    assertThat(text.status()).as(text.err()).isZero();
    assertThat(text.out())
        .contains(INTERFACE, "echo(value: long) -> long", "reversed(bytes: bytes) -> bytes");
    ToolRun json = xpc("describe", INTERFACE, "--json", "-");
    assertThat(json.status()).as(json.err()).isZero();
    JsonNode described = JSON.readTree(json.out()).get("interfaces").get(0);
    assertThat(described.get("service").stringValue()).isEqualTo(INTERFACE);
    assertThat(described.get("methods").toString()).contains("\"echo\"", "\"spread\"");
  }

  @Test
  void callsGetOneLineOfJson() throws Exception {
    assertCall("{\"result\":42}", "echo", "[42]");
    assertCall("{\"result\":42}", "echo", "{\"value\":42}");
    assertCall("{\"result\":0}", "sleepers");
    String bytes = Base64.getEncoder().encodeToString("Ada".getBytes(StandardCharsets.UTF_8));
    String back = Base64.getEncoder().encodeToString("adA".getBytes(StandardCharsets.UTF_8));
    assertCall("{\"result\":\"" + back + "\"}", "reversed", "[\"" + bytes + "\"]");
    Path file = Files.write(folder.resolve("three"), new byte[] {1, 1, 1});
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertCall("{\"result\":3}", "read", "[\"" + file + "\"]");
  }

  private static void assertCall(String answer, String... call) throws Exception {
    String[] all = new String[call.length + 1];
    all[0] = INTERFACE;
    System.arraycopy(call, 0, all, 1, call.length);
    ToolRun run = xpc("call", all);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo(answer + "\n");
  }

  @Test
  void aServiceOfAnotherNameThanItsInterfaceIsReachedByBoth() throws Exception {
    ToolRun unnamed = xpc("describe", OTHER);
    assertThat(unnamed.status()).isEqualTo(1);
    assertThat(unnamed.err()).contains("protocol.interface", INTERFACE, "--interface");
    ToolRun described = xpc("describe", OTHER, "--interface", INTERFACE);
    assertThat(described.status()).as(described.err()).isZero();
    assertThat(described.out()).contains(INTERFACE);
    ToolRun called = xpc("call", OTHER, "echo", "[7]", "--interface", INTERFACE);
    assertThat(called.status()).as(called.err()).isZero();
    assertThat(called.out()).isEqualTo("{\"result\":7}\n");
  }

  @Test
  void whatIsWrongIsATypedErrorWithAFix() throws Exception {
    ToolRun wrong = xpc("call", INTERFACE, "echo", "[\"x\"]");
    assertThat(wrong.status()).isEqualTo(2);
    assertThat(wrong.out()).isEmpty();
    assertThat(wrong.err()).contains("echo.value: a whole number is wanted", "fix: ");
    ToolRun noFile = xpc("call", INTERFACE, "read", "[\"/nowhere/at all\"]");
    assertThat(noFile.status()).isEqualTo(2);
    assertThat(noFile.err()).contains("read.file: ", "/nowhere/at all", "ENOENT");
    ToolRun noJson = xpc("call", INTERFACE, "echo", "[1");
    assertThat(noJson.status()).isEqualTo(2);
    assertThat(noJson.err()).contains("ARGUMENTS '[1' is no JSON").doesNotContain("REDACTED");
    ToolRun unknown = xpc("describe", "probe.nobody");
    assertThat(unknown.status()).isEqualTo(1);
    assertThat(unknown.err())
        .startsWith("portunus: bootstrap.unknown: no job of this instance offers probe.nobody")
        .contains("fix: ");
    ToolRun ended = xpc("call", INTERFACE, "crash", "[3]");
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.err()).contains("xpc.interrupted", "fix: ");
    ToolRun late = xpc("call", INTERFACE, "echo", "[1]", "--time", "0");
    assertThat(late.status()).isEqualTo(2);
  }
}
