// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What holds for a process, as Linux shows it from outside, with what differs from one process to
 * the next taken out: pids, inode and device numbers, the leased uid, names of temporary files.
 *
 * <p>Landlock shows nowhere; the entry applies it before the first filter, by the same table. As an
 * ordinary user the process hides its descriptors and namespaces once it has its code: {@code
 * hidden}.
 */
final class EffectiveSandbox {
  private static final Set<String> OF_A_THREAD =
      Set.of(
          "Seccomp",
          "Seccomp_filters",
          "NoNewPrivs",
          "TracerPid",
          "Umask",
          "Uid",
          "Gid",
          "Groups",
          "CapInh",
          "CapPrm",
          "CapEff",
          "CapBnd",
          "CapAmb",
          "Speculation_Store_Bypass",
          "SpeculationIndirectBranch",
          "Cpus_allowed",
          "Mems_allowed",
          "CoreDumping");
  private static final List<String> NAMESPACES =
      List.of("cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts");
  private static final int FIRST_LEASED_UID = 65_536;

  private final Path process;
  private final List<String> lines = new ArrayList<>();

  private EffectiveSandbox(long pid) {
    this.process = Path.of("/proc", Long.toString(pid));
  }

  /** The dump, one fact a line. */
  static String of(long pid) throws IOException {
    EffectiveSandbox dump = new EffectiveSandbox(pid);
    dump.threads();
    dump.file("uid_map");
    dump.file("gid_map");
    dump.file("limits");
    dump.file("cgroup");
    dump.file("oom_score_adj");
    dump.namespaces();
    dump.mounts();
    dump.descriptors();
    return String.join("\n", dump.lines) + "\n";
  }

  /** The same for every thread, or one block for each kind there is. */
  private void threads() throws IOException {
    Set<String> kinds = new TreeSet<>();
    try (Stream<Path> threads = Files.list(process.resolve("task"))) {
      for (Path thread : threads.toList()) {
        try {
          kinds.add(
              String.join(
                  "\n",
                  Files.readAllLines(thread.resolve("status")).stream()
                      .filter(line -> OF_A_THREAD.contains(line.replaceFirst(":.*", "")))
                      .map(line -> "thread " + normal(line))
                      .toList()));
        } catch (NoSuchFileException ended) {
          // Threads of the Java machine come and go.
        }
      }
    }
    lines.addAll(kinds);
  }

  private void file(String name) throws IOException {
    for (String line : Files.readAllLines(process.resolve(name))) {
      lines.add(name + " " + normal(line));
    }
  }

  private void namespaces() {
    for (String name : NAMESPACES) {
      Path entry = Path.of("ns", name);
      String kind;
      try {
        Path own = Files.readSymbolicLink(Path.of("/proc/self").resolve(entry));
        kind =
            Files.readSymbolicLink(process.resolve(entry)).equals(own) ? "the host's" : "its own";
      } catch (IOException refused) {
        kind = "hidden";
      }
      lines.add("namespace " + name + " " + kind);
    }
  }

  private void mounts() throws IOException {
    List<String> mounts = new ArrayList<>();
    for (String line : Files.readAllLines(process.resolve("mountinfo"))) {
      // Without mount ids and device numbers: root, place, options, the rest.
      mounts.add("mount " + normal(line.replaceFirst("^\\d+ \\d+ \\d+:\\d+ ", "")));
    }
    mounts.sort(Comparator.naturalOrder());
    lines.addAll(mounts);
  }

  private void descriptors() throws IOException {
    List<String> open = new ArrayList<>();
    try (Stream<Path> entries = Files.list(process.resolve("fd"))) {
      for (Path entry : entries.toList()) {
        String flags =
            Files.readAllLines(process.resolve("fdinfo").resolve(entry.getFileName())).stream()
                .filter(line -> line.startsWith("flags:"))
                .findFirst()
                .orElse("");
        String target = Files.readSymbolicLink(entry).toString();
        open.add(
            "descriptor %3d %s %s"
                .formatted(
                    Integer.parseInt(entry.getFileName().toString()),
                    normal(target),
                    normal(flags)));
      }
    } catch (IOException refused) {
      open.add("descriptors hidden");
    }
    open.sort(Comparator.naturalOrder());
    lines.addAll(open);
  }

  private static String normal(String line) {
    String text = line.replaceAll("\\s+", " ").strip();
    text = text.replaceAll("(socket|pipe|anon_inode):\\[(\\d+)]", "$1:[N]");
    text = text.replaceAll("task-\\d+-\\d+", "task-N");
    text = text.replaceAll("bindfile\\w+", "bindfileN");
    text = text.replaceAll("(master|shared|propagate_from|unbindable):\\d+", "$1:N");
    StringBuilder out = new StringBuilder();
    for (String word : text.split("(?<=[ =,])", -1)) {
      String digits = word.strip().replaceAll("[,=]$", "");
      boolean leased =
          digits.matches("\\d{5,9}") && Integer.parseInt(digits) >= FIRST_LEASED_UID && isId(line);
      out.append(leased ? word.replace(digits, "LEASED") : word);
    }
    return out.toString();
  }

  private static boolean isId(String line) {
    return line.matches("(Uid|Gid):.*|\\s*\\d+\\s+\\d+\\s+1|.*(uid|gid)=.*");
  }
}
