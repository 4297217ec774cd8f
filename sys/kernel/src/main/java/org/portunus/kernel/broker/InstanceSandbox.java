// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.portunus.security.sandbox.JdkLinks;

/**
 * The outer sandbox: the namespaces that the whole instance lives in and ends with. As root the
 * user namespace is the host's, because uids are leased from it; the kernel task then keeps the few
 * capabilities that this needs.
 *
 * <p>Inside, the kernel task sees the system's libraries, the JDK, our modules, jobs and bundles,
 * all read-only, and nothing else of the host. Folders are made one by one with mode 0755 so that
 * every leased uid can pass through them.
 */
final class InstanceSandbox {
  /** Where things are inside. */
  static final String JDK = "/portunus/jdk";

  static final String SYSTEM = "/portunus/system";
  static final String JOBS = "/portunus/jobs";
  static final String BUNDLES = "/portunus/bundles";
  static final String ENTRY = "/portunus/entry";

  /** Capabilities that a kernel task run by root keeps, and what for. */
  private static final List<String> CAPABILITIES =
      List.of(
          "CAP_SETUID", // a leased uid for each sandbox
          "CAP_SETGID",
          "CAP_KILL", // ending tasks of other uids
          "CAP_SYS_PTRACE", // verifying a sandbox from outside: /proc/PID/fd, ns
          "CAP_SYS_RESOURCE", // raising a limit up to what the grant says
          "CAP_SYS_ADMIN", // mounting /proc; dropped by the entry before the JVM starts
          "CAP_SETPCAP"); // for that drop

  private static final List<String> HOST_FOLDERS = List.of("/usr", "/etc/alternatives");
  private static final List<String> LINKED_FOLDERS = List.of("bin", "sbin", "lib", "lib64");

  private InstanceSandbox() {}

  /**
   * The argument vector of bubblewrap.
   *
   * @param entry number of the descriptor with the entry program
   * @param groups folders of control groups that the kernel task writes to
   */
  static List<String> arguments(
      InstanceSettings settings, Identity identity, int entry, Collection<Path> groups)
      throws IOException {
    List<String> argv = new ArrayList<>(List.of("bwrap"));
    if (identity == Identity.USER) {
      argv.addAll(List.of("--unshare-user", "--cap-drop", "ALL"));
    } else {
      argv.addAll(List.of("--cap-drop", "ALL"));
      CAPABILITIES.forEach(capability -> argv.addAll(List.of("--cap-add", capability)));
    }
    argv.addAll(List.of("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net"));
    argv.addAll(List.of("--die-with-parent", "--new-session", "--clearenv"));
    for (String folder : List.of("/portunus", "/usr", "/etc", "/sys", "/sys/fs")) {
      argv.addAll(List.of("--perms", "0755", "--dir", folder));
    }
    argv.addAll(List.of("--perms", "1777", "--tmpfs", "/tmp"));
    for (String folder : HOST_FOLDERS) {
      argv.addAll(List.of("--ro-bind-try", folder, folder));
    }
    for (String folder : LINKED_FOLDERS) {
      addLinked(argv, folder);
    }
    addMounts(argv, settings);
    addJdkLinks(argv, settings.jdk());
    argv.addAll(
        identity == Identity.USER
            ? List.of("--proc", "/proc")
            : List.of("--perms", "0555", "--dir", "/proc"));
    argv.addAll(List.of("--dev", "/dev"));
    for (Path group : groups) {
      argv.addAll(List.of("--bind", group.toString(), group.toString()));
    }
    argv.addAll(List.of("--perms", "0555", "--ro-bind-data", Integer.toString(entry), ENTRY));
    argv.addAll(List.of("--remount-ro", "/", "--chdir", "/", ENTRY));
    return argv;
  }

  private static void addMounts(List<String> argv, InstanceSettings settings) {
    argv.addAll(List.of("--ro-bind", settings.jdk().toString(), JDK));
    argv.addAll(List.of("--ro-bind", settings.system().toString(), SYSTEM));
    argv.addAll(List.of("--ro-bind", settings.jobs().toString(), JOBS));
    argv.addAll(List.of("--ro-bind", settings.bundles().toString(), BUNDLES));
  }

  private static void addJdkLinks(List<String> argv, Path jdk) throws IOException {
    for (Path target : JdkLinks.of(jdk)) {
      if (HOST_FOLDERS.stream().noneMatch(target::startsWith)) {
        List<Path> parents = new ArrayList<>();
        for (Path p = target.getParent(); p != null && p.getNameCount() > 0; p = p.getParent()) {
          parents.addFirst(p);
        }
        parents.forEach(p -> argv.addAll(List.of("--perms", "0755", "--dir", p.toString())));
        argv.addAll(List.of("--ro-bind", target.toString(), target.toString()));
      }
    }
  }

  /** On a merged-usr system the folder is a link into /usr; elsewhere a folder of its own. */
  private static void addLinked(List<String> argv, String folder) {
    Path host = Path.of("/", folder);
    if (Files.isSymbolicLink(host)) {
      argv.addAll(List.of("--symlink", "usr/" + folder, "/" + folder));
    } else if (Files.isDirectory(host)) {
      argv.addAll(List.of("--ro-bind", "/" + folder, "/" + folder));
    }
  }

  /** Who starts the instance. */
  enum Identity {
    ROOT,
    USER;

    static Identity of(int effectiveUid) {
      return effectiveUid == 0 ? ROOT : USER;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
