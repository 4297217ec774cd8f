// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The main job as a whole: on a folder of the worst kind, and when its instance dies. */
class DemoTest {
  private static final int MANY = 10_000;
  private static final int UNTIL_KILL = 100;
  private static final Pattern RESULT =
      Pattern.compile("\\{\"file\":\"([^\"]*)\"[^}]*?\"outcome\":\"([a-zA-Z]+)\"");
  private static final Pattern COUNT = Pattern.compile("\"(documents|lost)\":([0-9]+)");

  @TempDir Path folder;

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void everyFileOfAnOddFolderHasItsEntry() throws Exception {
    Path documents = Files.createDirectory(folder.resolve("documents"));
    Map<String, String> expected = new TreeMap<>();
    expected.putAll(odd(documents));
    for (int i = 0; i < MANY; i++) {
      String name = "many/" + i % 100 + "/" + i + ".txt";
      Files.createDirectories(documents.resolve(name).getParent());
      Files.writeString(documents.resolve(name), "file number " + i);
      expected.put(name, "ok");
    }
    Path vanishing = Files.createDirectory(documents.resolve("zz-last"));
    for (int i = 0; i < 20; i++) {
      Files.writeString(vanishing.resolve("gone-" + i), "soon");
      expected.put("zz-last/gone-" + i, "vanished");
    }
    Path json = folder.resolve("report.json");
    long start = System.nanoTime();
    try (DemoProcess demo = DemoProcess.start(documents.toString(), "--json", json.toString())) {
      demo.readTo(line -> line.startsWith("1/"));
      for (int i = 0; i < 20; i++) {
        Files.delete(vanishing.resolve("gone-" + i));
      }
      assertThat(demo.awaitEnd()).as("%s", demo.lines()).isZero();
    }
    Figure.print(
        "documents",
        expected.size()
            + " in "
            + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)
            + " ms");
    String report = Files.readString(json);
    assertThat(counts(report)).isEqualTo(Map.of("documents", (long) expected.size(), "lost", 0L));
    assertThat(results(report)).containsExactlyInAnyOrderEntriesOf(expected);
  }

  /** Links, loops, a socket, a pipe, files that may not be read; by name what becomes of them. */
  private static Map<String, String> odd(Path folder) throws Exception {
    Map<String, String> expected = new TreeMap<>();
    Path plain = Files.writeString(folder.resolve("plain.txt"), "a plain text");
    expected.put("plain.txt", "ok");
    Files.createLink(folder.resolve("hard.txt"), plain);
    expected.put("hard.txt", "ok");
    link(folder, expected, "link.txt", "plain.txt");
    link(folder, expected, "nowhere", "no such file");
    link(folder, expected, "self", "self");
    link(folder, expected, "loop-a", "loop-b");
    link(folder, expected, "loop-b", "loop-a");
    link(folder, expected, "up", "..");
    link(folder, expected, "root", "/");
    link(folder, expected, "device", "/dev/zero");
    Path deep = folder;
    for (int i = 0; i < 40; i++) {
      deep = Files.createDirectory(deep.resolve("d" + i));
    }
    Path back = deep.resolve("back");
    Files.createSymbolicLink(back, folder);
    expected.put(folder.relativize(back).toString(), "notRegular");
    Files.createFile(folder.resolve("empty"));
    expected.put("empty", "");
    Path locked = Files.writeString(folder.resolve("locked.txt"), "nobody's");
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
    expected.put("locked.txt", Files.isReadable(locked) ? "ok" : "refused");
    Process pipe = new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start();
    assertThat(pipe.waitFor()).isZero();
    expected.put("pipe", "notRegular");
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(folder.resolve("socket")));
      expected.put("socket", "notRegular");
    }
    return expected;
  }

  private static void link(Path folder, Map<String, String> expected, String name, String target)
      throws IOException {
    Files.createSymbolicLink(folder.resolve(name), Path.of(target));
    expected.put(name, "notRegular");
  }

  private static Map<String, String> results(String report) {
    Map<String, String> results = new TreeMap<>();
    Matcher matcher = RESULT.matcher(report);
    while (matcher.find()) {
      boolean empty = matcher.group(1).equals("empty");
      String before = results.put(matcher.group(1), empty ? "" : matcher.group(2));
      assertThat(before).as("second entry of %s", matcher.group(1)).isNull();
    }
    return results;
  }

  private static Map<String, Long> counts(String report) {
    Map<String, Long> counts = new TreeMap<>();
    Matcher matcher = COUNT.matcher(report);
    while (matcher.find()) {
      counts.put(matcher.group(1), Long.valueOf(matcher.group(2)));
    }
    return counts;
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aDemoWhoseInstanceDiesSaysWhatIsUnfinished() throws Exception {
    Path documents = Files.createDirectory(folder.resolve("documents"));
    int all = 4 * UNTIL_KILL;
    for (int i = 0; i < all; i++) {
      Files.writeString(documents.resolve(i + ".txt"), "file number " + i);
    }
    Path json = folder.resolve("report.json");
    List<String> unfinished = new ArrayList<>();
    try (DemoProcess demo = DemoProcess.start(documents.toString(), "--json", json.toString())) {
      demo.readTo(line -> line.startsWith(UNTIL_KILL + "/"));
      List<ProcessHandle> processes = HostProcesses.below(demo.pid());
      ProcessHandle kernel =
          HostProcesses.withArgument(demo.pid(), "org.portunus.kernel.KernelTask").orElseThrow();
      assertThat(kernel.destroyForcibly()).isTrue();
      assertThat(demo.awaitEnd()).as("%s", demo.lines()).isEqualTo(1);
      HostProcesses.awaitEnd(processes);
      demo.lines().stream()
          .filter(line -> line.startsWith("unfinished: "))
          .forEach(line -> unfinished.add(line.substring("unfinished: ".length())));
      assertThat(demo.lines()).anyMatch(line -> line.startsWith("instance.ended"));
    }
    Map<String, String> results = results(Files.readString(json));
    assertThat(unfinished).doesNotHaveDuplicates().isNotEmpty();
    assertThat(results.keySet()).doesNotContainAnyElementsOf(unfinished);
    assertThat(results.size() + unfinished.size()).isEqualTo(all);
    assertThat(results.size()).isGreaterThanOrEqualTo(UNTIL_KILL);
    assertThat(counts(Files.readString(json)))
        .isEqualTo(Map.of("documents", (long) all, "lost", (long) unfinished.size()));
  }
}
