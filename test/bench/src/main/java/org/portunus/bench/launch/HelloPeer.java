// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.launch;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The same Java machine with a service's options, that makes the system library's downcall handle
 * and says hello, under bubblewrap with the same namespaces; once from its own AOT cache, once
 * without.
 */
final class HelloPeer {
  private static final String MAIN = "portunus.launched.Hello";
  private static final String HELLO = "hello";
  private static final String ANYTHING = "";
  private static final long PATIENCE_SECONDS = 60;

  private final LaunchGround ground;

  private HelloPeer(LaunchGround ground) {
    this.ground = ground;
  }

  /** Makes the peer's cache. */
  static HelloPeer prepare(LaunchGround ground) throws IOException, InterruptedException {
    HelloPeer peer = new HelloPeer(ground);
    Files.createDirectory(ground.root().resolve("out"));
    peer.run(HELLO, peer.command("-Xshare:off", "-XX:DumpLoadedClassList=/out/classes"));
    peer.run(
        ANYTHING,
        peer.command(
            "-Xshare:dump",
            "-XX:SharedClassListFile=/out/classes",
            "-XX:SharedArchiveFile=/out/hello.aot"));
    return peer;
  }

  /** Nanoseconds to its first line, from its AOT cache. */
  long cached() throws IOException, InterruptedException {
    return run(HELLO, command("-XX:SharedArchiveFile=/out/hello.aot"));
  }

  /** The same from the JDK's own archive. */
  long plain() throws IOException, InterruptedException {
    return run(HELLO, command());
  }

  private List<String> command(String... options) {
    Path jdk = ground.installation().jdk();
    List<String> command = new ArrayList<>();
    Collections.addAll(
        command,
        "bwrap",
        "--unshare-all",
        "--unshare-user",
        "--disable-userns",
        "--cap-drop",
        "ALL");
    Collections.addAll(command, "--die-with-parent", "--as-pid-1", "--new-session", "--clearenv");
    Collections.addAll(command, "--setenv", "LD_LIBRARY_PATH", "/portunus/jdk/lib");
    Collections.addAll(command, "--ro-bind", "/usr", "/usr", "--ro-bind", "/lib64", "/lib64");
    Collections.addAll(command, "--symlink", "usr/lib", "/lib", "--dev", "/dev");
    Collections.addAll(command, "--ro-bind", jdk.toString(), "/portunus/jdk");
    Collections.addAll(
        command,
        "--ro-bind",
        ground.installation().system().resolve("task").toString(),
        "/portunus/system");
    Collections.addAll(command, "--ro-bind", ground.classes().toString(), "/portunus/hello");
    Collections.addAll(command, "--bind", ground.root().resolve("out").toString(), "/out");
    Collections.addAll(command, "--chdir", "/", "--", "/portunus/jdk/bin/java");
    Collections.addAll(command, options);
    Collections.addAll(
        command, "-Xms8m", "-Xmx64m", "-Xss512k", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");
    Collections.addAll(command, "-XX:-UseContainerSupport", "-XX:ReservedCodeCacheSize=32m");
    Collections.addAll(command, "-XX:+UseSerialGC", "--enable-native-access=org.portunus.linux");
    command.add("--illegal-native-access=deny");
    Collections.addAll(command, "-p", "/portunus/system", "--add-modules", "org.portunus.linux");
    Collections.addAll(command, "-cp", "/portunus/hello/hello.jar", MAIN);
    return command;
  }

  private long run(String line, List<String> command) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader lines = process.inputReader()) {
      String first = String.valueOf(lines.readLine());
      long nanos = System.nanoTime() - start;
      while (lines.readLine() != null) {}
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)
          || process.exitValue() != 0
          || !first.startsWith(line)) {
        throw new IOException("the peer says " + first);
      }
      return nanos;
    } finally {
      process.destroyForcibly();
    }
  }
}
