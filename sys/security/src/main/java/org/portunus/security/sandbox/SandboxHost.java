// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.portunus.linux.landlock.Ruleset;
import org.portunus.security.sandbox.machine.KernelVersion;

/**
 * What all launches of an instance share: read once by the kernel task, at its start.
 *
 * @param bubblewrap the program, as the spawner sees it
 * @param jdk root of the JDK, as the spawner sees it
 * @param system folder of the system's modules, as the spawner sees it
 * @param settings files outside the JDK that it leads to by links
 * @param libraries C library files that this JDK needs; the loader is the last
 * @param kernel version of the running kernel
 * @param landlock ABI version, at least 1
 */
public record SandboxHost(
    Path bubblewrap,
    Path jdk,
    Path system,
    List<Path> settings,
    List<Path> libraries,
    KernelVersion kernel,
    int landlock) {
  public SandboxHost {
    settings = List.copyOf(settings);
    libraries = List.copyOf(libraries);
    if (landlock < 1) {
      throw new IllegalArgumentException("this kernel has no Landlock");
    }
  }

  /**
   * Reads the facts of this machine.
   *
   * @throws IOException when the JDK or {@code /proc} can't be read
   */
  public static SandboxHost detect(Path bubblewrap, Path jdk, Path system) throws IOException {
    String release = Files.readString(Path.of("/proc/sys/kernel/osrelease"));
    return new SandboxHost(
        bubblewrap,
        jdk,
        system,
        JdkLinks.of(jdk),
        SystemLibraries.of(jdk),
        KernelVersion.parse(release),
        Ruleset.abi());
  }
}
