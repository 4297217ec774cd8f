// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.wire.LaunchRecord;

/**
 * The two commands that make the cache that service tasks with one set of modules start from: a run
 * that lists the classes, lambdas and method handles that a task loads, and a run that writes them
 * linked. Both see the JDK and the system's modules where tasks see them and have a task's options,
 * since a cache is good for exactly these. No code of a bundle is in it (rule C3).
 *
 * <p>It is a class-data archive: a Java machine that denies native access uses of the newer form
 * (JEP 483) neither the linked classes nor the lambdas and method handles.
 *
 * @param bubblewrap the program
 * @param jdk root of the JDK
 * @param system folder of the modules that services see
 * @param modules JDK modules beside java.base
 * @param folder existing folder to write to
 * @param name file name of the cache in the folder
 */
public record AotTraining(
    Path bubblewrap, Path jdk, Path system, List<String> modules, Path folder, String name) {
  private static final String MAIN = "org.portunus.system/org.portunus.system.start.Training";
  private static final LaunchRecord.Limits LIMITS =
      new LaunchRecord.Limits(64, 512, 64, 60, 256, 1000, 1000);
  private static final String OUT = "/out/";
  private static final List<String> LINKED_FOLDERS = List.of("bin", "lib", "lib64");

  public AotTraining {
    modules = List.copyOf(modules);
  }

  /** Lives as a task does and writes down what was loaded, beside the cache. */
  public List<String> record() {
    return command(List.of("-Xshare:off", "-XX:DumpLoadedClassList=" + OUT + configuration()));
  }

  /** Writes the cache. */
  public List<String> create() {
    return command(
        List.of(
            "-Xshare:dump",
            "-XX:SharedClassListFile=" + OUT + configuration(),
            "-XX:SharedArchiveFile=" + OUT + name));
  }

  /** File name of what {@link #record} leaves for {@link #create}. */
  public String configuration() {
    return name + ".classes";
  }

  /** What of a task's options decides whether a cache is good, as text. */
  public static String options() {
    return String.join("\n", java(List.of()));
  }

  private static List<String> java(List<String> modules) {
    LaunchRequest request =
        new LaunchRequest(
            SandboxProfile.JAVA_SERVICE,
            LIMITS,
            modules,
            MAIN,
            List.of(),
            Optional.empty(),
            List.of(),
            List.of());
    return JavaCommand.arguments(request, SandboxView.JDK, SandboxView.SYSTEM, new byte[0]);
  }

  private List<String> command(List<String> mode) {
    List<String> command = new ArrayList<>();
    Collections.addAll(
        command, bubblewrap.toString(), "--unshare-all", "--die-with-parent", "--clearenv");
    JavaCommand.environment(SandboxView.JDK, false)
        .forEach((key, value) -> Collections.addAll(command, "--setenv", key, value));
    Collections.addAll(command, "--ro-bind", "/usr", "/usr");
    for (String folder : LINKED_FOLDERS) {
      Path host = Path.of("/", folder);
      if (Files.isSymbolicLink(host)) {
        Collections.addAll(command, "--symlink", "usr/" + folder, host.toString());
      } else {
        Collections.addAll(command, "--ro-bind-try", host.toString(), host.toString());
      }
    }
    Collections.addAll(command, "--ro-bind", jdk.toString(), SandboxView.JDK.toString());
    Collections.addAll(command, "--ro-bind", system.toString(), SandboxView.SYSTEM.toString());
    Collections.addAll(command, "--bind", folder.toString(), "/out");
    Collections.addAll(command, "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp");
    Collections.addAll(command, "--chdir", "/", "--");
    List<String> java = new ArrayList<>(java(modules));
    java.addAll(1, mode);
    command.addAll(java);
    return command;
  }
}
