// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.StringReader;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.interfaces.launchd.Load;
import org.portunus.interfaces.launchd.PortEntry;
import org.portunus.interfaces.launchd.TaskLoad;
import org.portunus.system.xpc.ServiceConnection;
import org.xml.sax.InputSource;
import portunus.lifeprobe.LifeProbe;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an administrator sees of an instance that works: top, ports, crashes. */
class SeeingTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String BUSY = "probe.busy";
  private static final String LIAR = "probe.liar";
  private static final String STOPPED = "probe.stopped";
  private static final int CALLS = 100;

  @TempDir static Path folder;
  @TempDir static Path output;
  private static LifeInstance instance;
  private static String run;

  @BeforeAll
  static void start() throws Exception {
    instance =
        LifeInstance.start(
            new ProbeFolder(folder)
                .job(BUSY, Map.of("IdleTimeout", "600"), 0)
                .job(LIAR, Map.of("IdleTimeout", "600"), 0)
                .job(STOPPED, Map.of("IdleTimeout", "600"), 0));
    run = instance.instance().run().toString();
  }

  @AfterAll
  static void end() throws Exception {
    instance.close();
  }

  private static TaskLoad task(Load load, String label) {
    return load.tasks().stream()
        .filter(task -> task.label().equals(label))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode taskOf(JsonNode report, String label) {
    for (JsonNode each : report.get("tasks")) {
      if (each.get("label").stringValue().equals(label)) {
        return each;
      }
    }
    throw new AssertionError("no task of " + label + " in " + report);
  }

  private static void signal(String name, String label) throws Exception {
    long pid = instance.process(label).pid();
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void topTellsTheCallsOfAServiceAsItsOwnWord() throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(BUSY)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      IntStream.range(0, CALLS).forEach(i -> assertThat(probe.echo(i)).isEqualTo(i));
      ToolRun json = ToolRun.of(output, "top", "--once", "--json", "-", "--run", run);
      assertThat(json.status()).as(json.err()).isZero();
      JsonNode busy = taskOf(JSON.readTree(json.out()), BUSY);
      assertThat(busy.get("toldByService").get("callsTaken").longValue())
          .isGreaterThanOrEqualTo(CALLS);
      assertThat(busy.get("toldCallsPerSecond").doubleValue()).isNotNegative();
      assertThat(busy.get("residentKiB").longValue()).isPositive();
      assertThat(busy.get("processorMicros").longValue()).isPositive();
      ToolRun text = ToolRun.of(output, "top", "--once", "--run", run);
      assertThat(text.out())
          .contains(BUSY, "calls/s*", "* told by the service")
          .doesNotContain("\u001b");
    }
  }

  @Test
  void aServiceThatLiesOfItsCallsIsShownAsToldAndHarmsNothing() {
    try (ServiceConnection<LifeProbe> connection = instance.open(LIAR)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      probe.claim(Long.MIN_VALUE, Long.MAX_VALUE);
      Eventually.until(
          "what the liar tells", () -> task(instance.control().load(), LIAR).calls().isPresent());
      assertThat(task(instance.control().load(), LIAR).calls().orElseThrow().taken()).isZero();
      assertThat(probe.echo(1)).isEqualTo(1);
    }
  }

  @Test
  void aServiceThatDoesNotAnswerKeepsNobodyWaiting() throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(STOPPED)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      assertThat(probe.echo(1)).isEqualTo(1);
      signal("STOP", STOPPED);
      try {
        assertThat(task(instance.control().load(), STOPPED).residentKiB()).isPositive();
      } finally {
        signal("CONT", STOPPED);
      }
      assertThat(probe.echo(2)).isEqualTo(2);
    }
  }

  @Test
  void portsShowWhoCanSendToAServiceAndItsPortSet() throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(BUSY)) {
      assertThat(connection.proxy(Eventually.PATIENCE).echo(1)).isEqualTo(1);
      String task = instance.job(BUSY).task().orElseThrow();
      List<PortEntry> names = instance.control().ports(0).entries();
      PortEntry port =
          names.stream()
              .filter(name -> name.task().equals(task) && name.service().equals(BUSY))
              .findFirst()
              .orElseThrow();
      assertThat(port.rights()).contains("RECEIVE");
      assertThat(names)
          .as("the set that the service receives from")
          .anyMatch(name ->
              name.task().equals(task)
                  && name.name() == port.set()
                  && name.rights().contains("PORT_SET"));
      assertThat(names)
          .as("the client's right to send")
          .anyMatch(name ->
              name.label().equals("outside")
                  && name.service().equals(BUSY)
                  && name.receiver().equals(task)
                  && name.rights().contains("SEND"));
      ToolRun graph = ToolRun.of(output, "ports", "--graph", "--run", run);
      assertThat(graph.status()).as(graph.err()).isZero();
      assertThat(graph.out())
          .contains(BUSY + "[" + task + "]", " of " + BUSY, "<- outside[", "<- launchd[");
      ToolRun dot = ToolRun.of(output, "ports", "--graph=dot", "--run", run);
      assertThat(dot.out())
          .startsWith("digraph ports {")
          .contains("\" -> \"" + task + "\" [label=\"" + BUSY + "\"")
          .endsWith("}\n");
      ToolRun drawn = ToolRun.of(output, "ports", "--graph=svg", BUSY, "--run", run);
      assertThat(drawn.err()).isEmpty();
      String count =
          XPathFactory.newInstance()
              .newXPath()
              .evaluate(
                  "count(//*[local-name()='text'][.='" + BUSY + "'])",
                  new InputSource(new StringReader(drawn.out())));
      assertThat(Integer.parseInt(count))
          .as("its box, and the arrows of launchd and of a client")
          .isGreaterThanOrEqualTo(3);
      ToolRun nobody = ToolRun.of(output, "ports", "nobody", "--run", run);
      assertThat(nobody.status()).isEqualTo(2);
      assertThat(nobody.err()).contains("no task has this id or label", BUSY);
    }
  }

  @Test
  void messagesAreSeenLiveAndFromAFile() throws Exception {
    Path file = output.resolve("trace.jsonl");
    Process tracer =
        new ProcessBuilder(
                ToolRun.command("msgtrace", "--for", "3", "--to", file.toString(), "--run", run))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader told = tracer.inputReader()) {
      while (tracer.isAlive()) {
        try (ServiceConnection<LifeProbe> connection = instance.open(BUSY)) {
          assertThat(connection.proxy(Eventually.PATIENCE).echo(1)).isEqualTo(1);
        }
      }
      assertThat(tracer.exitValue()).isZero();
      assertThat(told.readLine()).endsWith(" steps in " + file);
    } finally {
      tracer.destroy();
    }
    String task = instance.job(BUSY).task().orElseThrow();
    ToolRun back = ToolRun.of(output, "msgtrace", "--from", file.toString(), "--task", BUSY);
    assertThat(back.err()).isEmpty();
    assertThat(back.out().lines())
        .as("a look-up's connection request to the service, which receives it")
        .anyMatch(line -> line.contains(" SENT ") && line.contains(" > " + BUSY + "[" + task + "]"))
        .anyMatch(
            line -> line.contains(" RECEIVED ") && line.contains(" > " + BUSY + "[" + task + "]"))
        .allMatch(line -> line.contains(BUSY));
    ToolRun again =
        ToolRun.of(output, "msgtrace", "--to", file.toString(), "--for", "1", "--run", run);
    assertThat(again.status()).isEqualTo(2);
    assertThat(again.err()).contains("is there already");
    Path other = Files.writeString(output.resolve("other.jsonl"), "{}");
    ToolRun strange = ToolRun.of(output, "msgtrace", "--from", other.toString());
    assertThat(strange.status()).isEqualTo(2);
    assertThat(strange.err()).contains("a line that msgtrace did not write");
  }

  @Test
  void metricsAreServedOnAUnixSocket() throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(BUSY)) {
      assertThat(connection.proxy(Eventually.PATIENCE).echo(1)).isEqualTo(1);
      Path socket = output.resolve("metrics.socket");
      Process server =
          new ProcessBuilder(ToolRun.command("metrics", "--serve", socket.toString(), "--run", run))
              .start();
      try {
        assertThat(server.inputReader().readLine()).isEqualTo("metrics at " + socket);
        String reply;
        try (SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
          int unusedWritten =
              peer.write(ByteBuffer.wrap("GET /metrics HTTP/1.1\r\n\r\n".getBytes(US_ASCII)));
          reply = new String(Channels.newInputStream(peer).readAllBytes(), UTF_8);
        }
        assertThat(reply)
            .startsWith("HTTP/1.1 200 OK\r\n")
            .contains(
                "# TYPE portunus_job_starts_total counter\n",
                "portunus_job_running{job=\"" + BUSY + "\"} 1\n",
                "portunus_job_told_calls{job=\"" + BUSY + "\"} ");
      } finally {
        server.destroy();
        assertThat(server.waitFor(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      }
      assertThat(socket).doesNotExist();
    }
  }

  @Test
  void withoutAnInstanceTheVerbsSaySo() throws Exception {
    for (String verb : List.of("top", "ports", "msgtrace", "metrics")) {
      ToolRun none = ToolRun.of(output, verb, "--run", output.toString());
      assertThat(none.status()).as(verb).isEqualTo(2);
      assertThat(none.err()).contains("has no instance", "fix: ");
    }
    ToolRun crashes = ToolRun.of(output, "crashes", "--run", output.toString());
    assertThat(crashes.status()).isZero();
    assertThat(crashes.out()).isEqualTo("no crash reports\n");
  }
}
