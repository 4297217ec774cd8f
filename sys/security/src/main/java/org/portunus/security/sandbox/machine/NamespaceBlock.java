// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.machine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether user namespaces, which every sandbox needs, are switched off here, by which setting, and
 * what to do about it.
 */
final class NamespaceBlock {
  private static final String MOST = "proc/sys/user/max_user_namespaces";
  private static final String DEBIAN = "proc/sys/kernel/unprivileged_userns_clone";
  private static final String UBUNTU = "proc/sys/kernel/apparmor_restrict_unprivileged_userns";

  private final MachineFacts facts;

  NamespaceBlock(MachineFacts facts) {
    this.facts = facts;
  }

  /** The switches: {@code user.max_user_namespaces}, and Debian's own for ordinary users. */
  Finding switches() throws IOException {
    String name = "user namespaces";
    String needed = "user.max_user_namespaces above 0";
    Optional<String> most = facts.read(MOST);
    if (most.isEmpty()) {
      return Finding.missing(
          name, "absent", needed, "a kernel with CONFIG_USER_NS; in a container: allow them there");
    }
    if (most.get().equals("0")) {
      return Finding.missing(
          name,
          "user.max_user_namespaces is 0",
          needed,
          permanently("user.max_user_namespaces=16384"));
    }
    if (facts.uid() != 0 && facts.read(DEBIAN).equals(Optional.of("0"))) {
      return Finding.missing(
          name,
          "kernel.unprivileged_userns_clone is 0 (Debian's switch)",
          needed + ", and unprivileged ones",
          permanently("kernel.unprivileged_userns_clone=1") + ", or start the instance as root");
    }
    return Finding.ok(name, most.get(), needed);
  }

  private static String permanently(String setting) {
    return "as root: sysctl -w "
        + setting
        + " (and the line \""
        + setting
        + "\" in /etc/sysctl.d/portunus.conf)";
  }

  /** Ubuntu's restriction; bubblewrap may have a profile, so that only a failed trial tells. */
  Finding appArmor() throws IOException {
    String needed = "no AppArmor restriction of user namespaces for bubblewrap";
    Optional<String> restricted = facts.read(UBUNTU);
    if (!restricted.equals(Optional.of("1"))) {
      return Finding.ok("apparmor", restricted.map(v -> "setting " + v).orElse("none"), needed);
    }
    if (facts.trial().isEmpty()) {
      return Finding.ok("apparmor", "restricted, bubblewrap is excepted", needed);
    }
    String bubblewrap = facts.bubblewrap().map(Path::toString).orElse("/usr/bin/bwrap");
    return Finding.missing(
        "apparmor",
        "kernel.apparmor_restrict_unprivileged_userns is 1 (Ubuntu's switch)",
        needed,
        "as root a file /etc/apparmor.d/portunus-bwrap with \"abi <abi/4.0>, profile portunus-bwrap "
            + bubblewrap
            + " flags=(unconfined) { userns, }\", then apparmor_parser -r on it; or, for every"
            + " program, sysctl -w kernel.apparmor_restrict_unprivileged_userns=0");
  }
}
