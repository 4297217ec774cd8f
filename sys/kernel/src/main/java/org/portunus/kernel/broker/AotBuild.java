// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.broker;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.portunus.kernel.task.AotRecord;
import org.portunus.security.sandbox.AotTraining;

/**
 * Makes the AOT caches of an installation, one for each set of modules that its file {@code sets}
 * names, in the folder {@code aot} of the system's modules. The record is written last and in one
 * step, so that what it names is complete.
 */
public final class AotBuild {
  private static final long PATIENCE_SECONDS = 40;
  private static final int MAX_SETS = 8;

  private final Path jdk;
  private final Path system;
  private final Path folder;

  private AotBuild(Path jdk, Path system) {
    this.jdk = jdk;
    this.system = system;
    this.folder = AotRecord.folder(system);
  }

  /** Main of the build: {@code JDK SYSTEM}. Exit status 1 when there is no cache afterwards. */
  public static void main(String[] arguments) throws InterruptedException {
    try {
      new AotBuild(Path.of(arguments[0]), Path.of(arguments[1])).build();
    } catch (IOException failure) {
      System.err.println(
          "portunus: services will start without AOT cache: " + failure.getMessage());
      System.exit(1);
    }
  }

  /**
   * Makes the caches anew if they are stale.
   *
   * @return what was done, for the log; empty when they were fresh or are not wanted
   */
  static String refresh(Path jdk, Path system) throws InterruptedException {
    Path folder = AotRecord.folder(system);
    if (!Files.isDirectory(folder)) {
      return "";
    }
    try {
      Optional<AotRecord> record = AotRecord.read(folder);
      if (record.isPresent() && record.get().isOf(jdk, system)) {
        return "";
      }
      if (!Files.isWritable(folder)) {
        return "stale, and " + folder + " can't be written: services start without";
      }
      new AotBuild(jdk, system).build();
      return "rebuilt: the JDK, the system or its options had changed";
    } catch (IOException failure) {
      return "stale, services start without: " + failure.getMessage();
    }
  }

  private void build() throws IOException, InterruptedException {
    Path work = Files.createTempDirectory(folder, "new-");
    try {
      List<AotRecord.Cache> caches = new ArrayList<>();
      for (List<String> modules : sets()) {
        caches.add(make(modules, work));
      }
      Path written = work.resolve("record");
      AotRecord.of(jdk, system, caches).write(written);
      for (AotRecord.Cache cache : caches) {
        place(work.resolve(cache.file()), folder.resolve(cache.file()));
      }
      place(written, AotRecord.file(folder));
    } finally {
      remove(work);
    }
  }

  private List<List<String>> sets() throws IOException {
    List<List<String>> sets = new ArrayList<>();
    sets.add(List.of());
    for (String line : Files.readAllLines(folder.resolve("sets"))) {
      List<String> modules = List.of(line.strip().split("[ ,]+", -1));
      if (!line.isBlank() && !sets.contains(modules) && sets.size() < MAX_SETS) {
        sets.add(modules);
      }
    }
    return sets;
  }

  private AotRecord.Cache make(List<String> modules, Path work)
      throws IOException, InterruptedException {
    String name = AotRecord.fileName(modules);
    AotTraining training =
        new AotTraining(
            KernelLaunch.bubblewrap(), jdk, system.resolve("task"), modules, work, name);
    run(training.record(), work.resolve(training.configuration()));
    run(training.create(), work.resolve(name));
    return AotRecord.Cache.of(work.resolve(name));
  }

  private static void run(List<String> command, Path result)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    Path said = result.resolveSibling("output");
    builder.redirectErrorStream(true).redirectOutput(said.toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    if (!ended || process.exitValue() != 0 || !Files.isRegularFile(result)) {
      List<String> lines = Files.readAllLines(said);
      String last = lines.isEmpty() ? "nothing was said" : lines.getLast();
      throw new IOException((ended ? "the training failed: " : "the training hangs: ") + last);
    }
  }

  private static void place(Path from, Path to) throws IOException {
    Files.setPosixFilePermissions(from, PosixFilePermissions.fromString("r--r--r--"));
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void remove(Path work) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(work)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(work);
  }
}
