// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.FileRight;
import portunus.example.inspector.DocumentInspector;
import portunus.example.inspector.InspectionFailed;
import portunus.example.inspector.Options;
import portunus.example.inspector.ProgressListener;
import portunus.example.inspector.Report;
import portunus.example.inspector.UnsupportedDocument;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A folder with everything that a folder can hold: each file has exactly one entry. */
class FolderRunTest {
  private static final String ODD = "odd\n\u001b[31m\"name\".txt";

  @TempDir private Path temp;
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(temp.resolve("documents"));
    Path sub = Files.createDirectory(folder.resolve("sub"));
    Files.writeString(folder.resolve("a.txt"), "one two");
    Files.writeString(sub.resolve("b.html"), "<!doctype html><title>T</title>x");
    Files.writeString(folder.resolve(ODD), "odd");
    Files.write(folder.resolve("binary"), new byte[] {0, 1, 2});
    Files.writeString(folder.resolve("broken.xml"), "<?xml version='1.0'?><a>");
    Files.createSymbolicLink(folder.resolve("link.txt"), folder.resolve("a.txt"));
    Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("nothing"));
    Files.createSymbolicLink(sub.resolve("loop"), folder);
    Files.createSymbolicLink(folder.resolve("self"), folder.resolve("self"));
  }

  private static DocumentRun run(Inspectors inspectors) {
    return new DocumentRun(
        new Inspection(inspectors, Duration.ofSeconds(20), Judge.NONE),
        new Screen.Plain(new PrintWriter(new StringWriter())),
        2);
  }

  private static Map<String, String> verdicts(Accounting accounting) {
    Map<String, String> verdicts = new TreeMap<>();
    accounting.results().forEach(r -> verdicts.put(r.found().name(), r.verdict()));
    return verdicts;
  }

  private Map<String, String> usual() {
    Map<String, String> usual = new HashMap<>();
    usual.put("a.txt", "ok");
    usual.put("sub/b.html", "ok");
    usual.put(ODD, "ok");
    usual.put("binary", "unsupported");
    usual.put("broken.xml", "error:format.damaged");
    usual.put("link.txt", "notRegular");
    usual.put("dangling", "notRegular");
    usual.put("sub/loop", "notRegular");
    usual.put("self", "notRegular");
    return usual;
  }

  @Test
  void everyKindOfFileHasItsOutcome() throws Exception {
    Map<String, String> wanted = usual();
    Process mkfifo = new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start();
    assertThat(mkfifo.waitFor()).isZero();
    wanted.put("pipe", "notRegular");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(folder.resolve("socket")));
      wanted.put("socket", "notRegular");
      Accounting accounting = run(new InProcess()).folder(folder);
      assertThat(verdicts(accounting)).containsExactlyInAnyOrderEntriesOf(wanted);
      assertThat(accounting.documents()).isEqualTo(wanted.size()).isEqualTo(found());
      assertThat(accounting.byOutcome().values().stream().mapToLong(n -> n).sum())
          .isEqualTo(accounting.documents());
      assertThat(accounting.unfinished()).isEmpty();
    }
  }

  /** What find(1) counts, names with newlines included. */
  private int found() throws IOException {
    Process find =
        new ProcessBuilder("find", folder.toString(), "!", "-type", "d", "-printf", "x").start();
    return find.getInputStream().readAllBytes().length;
  }

  @Test
  void namesAreReadAsUtf8() throws Exception {
    Path odd = Files.createDirectory(temp.resolve("names"));
    Process shell =
        new ProcessBuilder("sh", "-c", "mkdir d; echo x > \"d/$(printf 'gr\\303\\274n %% \\377')\"")
            .directory(odd.toFile())
            .start();
    assertThat(shell.waitFor()).isZero();
    assertThat(verdicts(run(new InProcess()).folder(odd)))
        .containsExactlyEntriesOf(Map.of("d/gr\u00fcn % \ufffd", "ok"));
  }

  @Test
  void unreadableFileIsRefused() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret.txt"), "x");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(secret), "root reads every file");
    Result result =
        run(new InProcess()).folder(folder).results().stream()
            .filter(r -> r.found().path().equals(secret))
            .findFirst()
            .orElseThrow();
    assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(result.error()).contains("right.refused");
  }

  @Test
  void aFolderThatCannotBeReadIsTold() throws Exception {
    Path hidden = Files.createDirectory(folder.resolve("hidden"));
    Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString("---------"));
    try {
      assumeFalse(Files.isReadable(hidden), "root reads every folder");
      assertThat(run(new InProcess()).folder(folder).closedFolders()).containsExactly("hidden");
    } finally {
      Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void filesThatVanishAndAppearAreAccountedFor() throws Exception {
    Path gone = Files.writeString(folder.resolve("zz-gone.txt"), "x");
    Inspectors changing =
        new Intervening(name -> {
          Files.deleteIfExists(gone);
          Files.writeString(folder.resolve("appeared.txt"), "new");
        });
    DocumentRun one =
        new DocumentRun(
            new Inspection(changing, Duration.ofSeconds(20), Judge.NONE),
            new Screen.Plain(new PrintWriter(new StringWriter())),
            1);
    List<Found> start = FolderWalk.of(folder, Found.Time.AT_START).found();
    Accounting accounting = one.folder(folder);
    Map<String, String> wanted = usual();
    boolean first =
        start.stream()
            .filter(found -> found.kind() == Found.Kind.REGULAR)
            .findFirst()
            .map(found -> found.path().equals(gone))
            .orElseThrow();
    wanted.put("zz-gone.txt", first ? "ok" : "vanished");
    wanted.put("appeared.txt", "ok");
    assertThat(verdicts(accounting)).containsExactlyInAnyOrderEntriesOf(wanted);
    assertThat(
            accounting.results().stream()
                .filter(r -> r.found().time() == Found.Time.APPEARED)
                .map(r -> r.found().name()))
        .containsExactly("appeared.txt");
  }

  @Test
  void documentIsTriedThreeTimesWhenTheServiceDies() throws Exception {
    Intervening dying =
        new Intervening(content -> {
          if (content.equals("one two")) {
            throw new PortunusException(ErrorCode.INTERRUPTED, "died");
          }
        });
    Accounting accounting = run(dying).folder(folder);
    Map<String, String> wanted = usual();
    wanted.put("a.txt", "interrupted");
    assertThat(verdicts(accounting)).containsExactlyInAnyOrderEntriesOf(wanted);
    assertThat(dying.calls("one two")).isEqualTo(3);
    assertThat(dying.calls("odd")).isOne();
  }

  @Test
  void serviceThatDiesOnceLosesNothing() throws Exception {
    Intervening[] self = new Intervening[1];
    Intervening dying =
        new Intervening(content -> {
          if (self[0].calls(content) == 1) {
            throw new PortunusException(ErrorCode.INTERRUPTED, "died");
          }
        });
    self[0] = dying;
    assertThat(verdicts(run(dying).folder(folder))).containsExactlyInAnyOrderEntriesOf(usual());
  }

  @Test
  void unfinishedDocumentsAreNamedWhenTheInstanceEnds() throws Exception {
    Inspectors ending =
        new Intervening(content -> {
          if (content.equals("odd")) {
            throw new PortunusException(ErrorCode.INSTANCE_ENDED, "killed");
          }
        });
    StringWriter text = new StringWriter();
    Path json = temp.resolve("report.json");
    DemoRun demo =
        new DemoRun(
            Optional.of(folder),
            Path.of("..", "corpus"),
            Optional.of(json),
            Duration.ofSeconds(20),
            1,
            new Screen.Plain(new PrintWriter(new StringWriter())),
            new PrintWriter(text));
    assertThat(demo.run(ending, Optional.empty())).isOne();
    assertThat(text.toString())
        .contains("unfinished: odd\\n\\e[31m\"name\".txt")
        .contains("instance.ended")
        .doesNotContain("\u001b");
    JsonNode report = JsonMapper.shared().readTree(json.toFile());
    assertThat(report.get("lost").asInt())
        .isPositive()
        .isEqualTo(report.get("documents").asInt() - report.get("results").size());
  }

  @Test
  void reportHasTheAgreedForm() throws Exception {
    Path json = temp.resolve("report.json");
    StringWriter text = new StringWriter();
    DemoRun demo =
        new DemoRun(
            Optional.of(folder),
            Path.of("..", "corpus"),
            Optional.of(json),
            Duration.ofSeconds(20),
            2,
            new Screen.Terminal(new PrintWriter(text)),
            new PrintWriter(text));
    assertThat(demo.run(new InProcess(), Optional.of(() -> new ServiceHistory.Counts(2, 3))))
        .isZero();
    JsonNode report = JsonMapper.shared().readTree(json.toFile());
    assertThat(report.propertyNames())
        .containsExactly(
            "documents",
            "good",
            "hostile",
            "lost",
            "crashes",
            "restarts",
            "refusals",
            "firstReplyMs",
            "inspectMs",
            "rightTransferUs",
            "emptyCallUs",
            "results");
    assertThat(report.get("documents").asInt()).isEqualTo(usual().size());
    assertThat(report.get("good").isNull()).isTrue();
    assertThat(report.get("hostile").isNull()).isTrue();
    assertThat(report.get("lost").asInt()).isZero();
    assertThat(report.get("crashes").asInt()).isEqualTo(2);
    assertThat(report.get("restarts").asInt()).isEqualTo(3);
    assertThat(report.get("refusals").asInt()).isEqualTo(2);
    assertThat(report.get("results").size()).isEqualTo(usual().size());
    assertThat(report.get("emptyCallUs").propertyNames()).containsExactly("p50", "p99", "how");
  }

  /** Does something before a document is inspected in this process. */
  private static final class Intervening implements Inspectors, DocumentInspector {
    interface Before {
      void inspect(String content) throws IOException;
    }

    private final InProcess inspector = new InProcess();
    private final Before before;
    private final Map<String, Integer> calls = new ConcurrentHashMap<>();

    Intervening(Before before) {
      this.before = before;
    }

    int calls(String content) {
      return calls.getOrDefault(content, 0);
    }

    @Override
    public DocumentInspector within(Duration deadline) {
      return this;
    }

    @Override
    public Report inspect(FileRight document, Options options, ProgressListener listener)
        throws UnsupportedDocument, InspectionFailed {
      try {
        String content = new String(document.inputStream().readAllBytes(), StandardCharsets.UTF_8);
        calls.merge(content, 1, Integer::sum);
        before.inspect(content);
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
      return inspector.inspect(document, options, listener);
    }

    @Override
    public int version() {
      return inspector.version();
    }

    @Override
    public long size(FileRight document) throws InspectionFailed {
      return inspector.size(document);
    }
  }
}
