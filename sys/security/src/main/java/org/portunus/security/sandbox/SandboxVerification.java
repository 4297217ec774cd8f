// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.FolderReader;
import org.portunus.linux.process.FileSystemUser;
import org.portunus.linux.process.ThisProcess;
import org.portunus.security.sandbox.limits.SandboxIdentity;
import org.portunus.security.sandbox.limits.TaskLimit;

/**
 * Looks at a started task from outside, through {@code /proc}, and compares it with its plan; the
 * kernel task does so after the task says that it is ready and before it sends code.
 *
 * <p>Landlock can't be seen from outside: that its rows succeeded follows from the first filter,
 * which the same table installs after them and which stops at the first failing row.
 *
 * <p>The task is trusted code until then, so nothing here races with an adversary; a thread that
 * starts meanwhile inherits what its maker has.
 */
public final class SandboxVerification {
  private static final List<String> CAPABILITIES =
      List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb");
  private static final List<String> NAMESPACES = List.of("user", "pid", "mnt", "ipc", "uts");
  private static final int ATTEMPTS = 3;
  private static final int MOST_NAMES = 100_000;
  private static final String NONE = "0000000000000000";
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  // Linux's tables of TCP sockets, and columns of theirs.
  private static final List<String> TCP = List.of("net/tcp", "net/tcp6");
  private static final String LISTENS = "0A";
  private static final String SOCKET = "socket:[";
  private static final int LOCAL = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private final FolderReader process;
  private final FolderReader self;
  private final int pid;
  private final SandboxExpectation expected;
  private final List<SandboxViolation> violations = new ArrayList<>();

  private SandboxVerification(
      FolderReader process, FolderReader self, int pid, SandboxExpectation expected) {
    this.process = process;
    this.self = self;
    this.pid = pid;
    this.expected = expected;
  }

  /**
   * What differs from the plan; nothing when the sandbox is whole.
   *
   * @param proc a procfs of the caller's own pid namespace
   * @param pid the Java process, as bubblewrap's information descriptor told it
   * @throws IOException when the process is gone or may not be looked at
   */
  public static List<SandboxViolation> violations(Path proc, int pid, SandboxExpectation expected)
      throws IOException {
    try (FolderReader process = FolderReader.open(proc.resolve(Integer.toString(pid)));
        FolderReader self = FolderReader.open(proc.resolve("self"))) {
      SandboxVerification verification = new SandboxVerification(process, self, pid, expected);
      verification.checkThreads();
      verification.checkNamespaces();
      if (!expected.mounts().isEmpty()) {
        verification.checkMounts();
      }
      verification.checkDescriptors();
      verification.checkLimits();
      verification.checkControlGroups();
      return List.copyOf(verification.violations);
    }
  }

  private void violation(SandboxLayer layer, String detail) {
    violations.add(new SandboxViolation(layer, detail));
  }

  private void compare(SandboxLayer layer, String what, String found, String wanted) {
    compare(layer, "", what, found, wanted);
  }

  private void compare(SandboxLayer layer, String whose, String what, String found, String wanted) {
    if (!found.equals(wanted)) {
      violation(layer, whose + what + " is \"" + found + "\" instead of \"" + wanted + "\"");
    }
  }

  private void checkThreads() throws IOException {
    for (String thread : process.names("task", MOST_NAMES)) {
      checkThread(thread);
    }
  }

  private void checkThread(String thread) throws IOException {
    Map<String, String> status;
    try {
      status = fields(process.text("task/".concat(thread).concat("/status")));
    } catch (LinuxException failure) {
      if (failure.is(Errno.ENOENT) || failure.is(Errno.ESRCH)) {
        return; // it ended meanwhile
      }
      throw failure;
    }
    String name = "thread ".concat(thread).concat(": ");
    int filters = expected.filters();
    SandboxLayer layer = SandboxLayer.FILTER_TWO;
    compare(layer, name, "Seccomp", get(status, "Seccomp"), filters > 0 ? "2" : "0");
    compare(layer, name, "filters", get(status, "Seccomp_filters"), Integer.toString(filters));
    compare(SandboxLayer.LANDLOCK, name, "NoNewPrivs", get(status, "NoNewPrivs"), "1");
    compare(SandboxLayer.MOUNTS, name, "TracerPid", get(status, "TracerPid"), "0");
    for (String set : CAPABILITIES) {
      compare(SandboxLayer.UID, name, set, get(status, set), NONE);
    }
    if (expected.identity().isPresent()) {
      SandboxIdentity identity = expected.identity().get();
      String uid = Integer.toString(identity.uid());
      String gid = Integer.toString(identity.gid());
      compare(SandboxLayer.UID, name, "Uid", get(status, "Uid"), four(uid));
      compare(SandboxLayer.UID, name, "Gid", get(status, "Gid"), four(gid));
      compare(SandboxLayer.UID, name, "Groups", get(status, "Groups"), "");
    }
  }

  private static String four(String id) {
    return String.join(" ", id, id, id, id);
  }

  /** The value of a field, its blanks made single. */
  private static String get(Map<String, String> fields, String name) {
    String value = fields.getOrDefault(name, "absent").strip();
    return value.indexOf(' ') < 0 && value.indexOf('\t') < 0
        ? value
        : BLANKS.matcher(value).replaceAll(" ");
  }

  /** {@code Name: value} lines; most of the values are never looked at. */
  private static Map<String, String> fields(String text) {
    Map<String, String> fields = new HashMap<>();
    int at = 0;
    while (at < text.length()) {
      int newline = text.indexOf('\n', at);
      int end = newline < 0 ? text.length() : newline;
      int colon = text.indexOf(':', at);
      if (colon > at && colon < end) {
        fields.put(text.substring(at, colon), text.substring(colon + 1, end));
      }
      at = end + 1;
    }
    return fields;
  }

  private static List<String> lines(String text) {
    return text.lines().toList();
  }

  private void checkNamespaces() throws IOException {
    for (String name : NAMESPACES) {
      checkNamespace(SandboxLayer.MOUNTS, name);
    }
    if (expected.network() == SandboxExpectation.Network.EMPTY) {
      checkNamespace(SandboxLayer.NETWORK, "net");
      List<String> devices = lines(process.text("net/dev"));
      for (String line : devices.subList(Math.min(2, devices.size()), devices.size())) {
        String device = line.substring(0, Math.max(0, line.indexOf(':'))).strip();
        if (!device.equals("lo")) {
          violation(SandboxLayer.NETWORK, "a network device " + device);
        }
      }
    }
    checkMap("uid_map", expected.identity().map(SandboxIdentity::uid));
    checkMap("gid_map", expected.identity().map(SandboxIdentity::gid));
  }

  private void checkNamespace(SandboxLayer layer, String name) throws IOException {
    String link = "ns/".concat(name);
    if (process.link(link).equals(self.link(link))) {
      violation(layer, "the " + name + " namespace is the kernel task's");
    }
  }

  private void checkMap(String file, Optional<Integer> outside) throws IOException {
    List<String> lines = lines(process.text(file));
    String[] first = lines.isEmpty() ? new String[0] : BLANKS.split(lines.getFirst().strip(), -1);
    boolean one = lines.size() == 1 && first.length == 3 && first[2].equals("1");
    if (!one || (outside.isPresent() && !first[1].equals(Integer.toString(outside.get())))) {
      violation(SandboxLayer.UID, file + " is " + lines);
    }
  }

  private void checkMounts() throws IOException {
    Map<String, ExpectedMount.Kind> wanted = new LinkedHashMap<>();
    expected.mounts().forEach(mount -> wanted.put(mount.point(), mount.kind()));
    for (String line : lines(process.text("mountinfo"))) {
      String[] parts = line.split(" ", -1); // no pattern: one character
      if (parts.length < 6) {
        violation(SandboxLayer.MOUNTS, "an unreadable mount: " + line);
        continue;
      }
      ExpectedMount.Kind kind = wanted.remove(parts[4]);
      if (kind == null) {
        violation(SandboxLayer.MOUNTS, "a mount at " + parts[4]);
      } else if (!List.of(parts[5].split(",", -1)).containsAll(options(kind))) {
        violation(SandboxLayer.MOUNTS, "the mount at " + parts[4] + " is " + parts[5]);
      }
    }
    wanted.keySet().forEach(p -> violation(SandboxLayer.MOUNTS, "no mount at " + p));
  }

  private static List<String> options(ExpectedMount.Kind kind) {
    return switch (kind) {
      case READ_ONLY -> List.of("ro", "nosuid", "nodev");
      case DEVICE -> List.of("nosuid");
      case OWN_FILES -> List.of("rw", "nosuid", "nodev");
    };
  }

  /**
   * The folder of a dumpable process's descriptors is its user's alone: root without
   * CAP_DAC_OVERRIDE, as the kernel task is, looks as that user.
   */
  private void checkDescriptors() throws IOException {
    if (expected.identity().isPresent() && ThisProcess.effectiveUid() == 0) {
      int uid = expected.identity().get().uid();
      try (var _ = FileSystemUser.become(uid)) {
        checkEachDescriptor();
      } catch (LinuxException failure) {
        if (!failure.is(Errno.EACCES)) {
          throw failure;
        }
        violation(SandboxLayer.UID, "its descriptors are not those of uid " + uid);
      }
    } else {
      checkEachDescriptor();
    }
  }

  private void checkEachDescriptor() throws IOException {
    int others = 0;
    for (String name : process.names("fd", MOST_NAMES)) {
      int number = Integer.parseInt(name);
      others += number > LaunchPlan.KERNEL_SOCKET ? 1 : 0;
      checkDescriptor(number);
    }
    if (others > expected.descriptors()) {
      violation(SandboxLayer.LIMITS, others + " descriptors, at most " + expected.descriptors());
    }
  }

  /**
   * The Java machine opens and closes files meanwhile: what changed while looked at is seen anew.
   */
  private void checkDescriptor(int number) throws IOException {
    String target = "unreadable";
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        target = process.link("fd/" + number);
        if (isAllowed(number, target)) {
          return;
        }
      } catch (LinuxException failure) {
        if (number > LaunchPlan.KERNEL_SOCKET && failure.is(Errno.ENOENT)) {
          return;
        }
      }
    }
    violation(SandboxLayer.LANDLOCK, "descriptor " + number + " is " + target);
  }

  /** What this process writes its own log to. */
  private String ownLog() throws IOException {
    return self.link("fd/2");
  }

  private boolean isAllowed(int number, String target) throws IOException {
    if (expected.output() == SandboxExpectation.Output.LOG && target.equals(ownLog())) {
      return true;
    }
    return switch (number) {
      case 0 -> target.equals("/dev/null");
      case 1, 2 -> target.startsWith("pipe:") || target.equals("/dev/null");
      case LaunchPlan.KERNEL_SOCKET -> target.startsWith("socket:");
      default ->
          target.equals("anon_inode:[eventpoll]")
              || target.equals("anon_inode:[eventfd]")
              || isListener(target)
              || isReadOnlyFile(number, target);
    };
  }

  /** Whether this is a socket that listens for debuggers, where the plan has it. */
  private boolean isListener(String target) throws IOException {
    if (expected.listener() == 0 || !target.startsWith(SOCKET)) {
      return false;
    }
    String inode = target.substring(SOCKET.length(), target.length() - 1);
    String address = "0100007F:%04X".formatted(expected.listener());
    for (String table : TCP) {
      for (String line : lines(process.text(table))) {
        String[] row = BLANKS.split(line.strip(), -1);
        if (row.length > INODE && row[INODE].equals(inode)) {
          return row[LOCAL].endsWith(address) && row[STATE].equals(LISTENS);
        }
      }
    }
    return false;
  }

  private boolean isReadOnlyFile(int number, String target) throws IOException {
    boolean visible =
        expected.mounts().isEmpty()
            || expected.mounts().stream()
                .filter(mount -> !mount.point().equals("/"))
                .anyMatch(mount -> Path.of(target).startsWith(mount.point()));
    String flags = get(fields(process.text("fdinfo/" + number)), "flags");
    return target.startsWith("/") && visible && (Integer.parseInt(flags, 8) & 3) == 0;
  }

  private void checkLimits() throws IOException {
    List<String> lines = lines(process.text("limits"));
    for (TaskLimit limit : expected.limits()) {
      String found =
          lines.stream()
              .filter(line -> line.startsWith(limit.procName() + " "))
              .map(line -> BLANKS.split(line.substring(limit.procName().length()).strip(), -1))
              .map(columns -> columns[0] + " " + columns[1])
              .findFirst()
              .orElse("absent");
      compare(SandboxLayer.LIMITS, limit.procName(), found, limit.value() + " " + limit.value());
    }
  }

  private void checkControlGroups() throws IOException {
    for (Path group : expected.controlGroups()) {
      if (!Files.readAllLines(group.resolve("cgroup.procs")).contains(Integer.toString(pid))) {
        violation(SandboxLayer.LIMITS, "it is not in " + group);
      }
    }
  }
}
