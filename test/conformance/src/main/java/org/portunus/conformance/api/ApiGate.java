// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Compares two versions of the API by japicmp, in a process of its own. */
public final class ApiGate {
  /** Name of the suite that {@code ./portunus conformance} knows it by. */
  public static final String NAME = "api";

  /** The word that makes the present API the baseline. */
  public static final String ACCEPT = "--accept";

  private static final long SECONDS = 120;
  private static final String BASELINE = "test/conformance/src/api/baseline.jar";
  private static final String COMPARER = "test/conformance/target/api/jars";

  private ApiGate() {}

  /**
   * What came of a comparison.
   *
   * @param isCompatible whether code that was compiled against the old one, and its sources, still
   *     work with the new one
   * @param report what changed
   */
  public record Verdict(boolean isCompatible, String report) {}

  /** The baseline of a project. */
  public static Path baseline(Path root) {
    return root.resolve(BASELINE);
  }

  /** Packages that the baseline has, with slashes. */
  public static SortedSet<String> packages(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return PublicClasses.packages(zip.stream().map(ZipEntry::getName));
    }
  }

  /** Compares two jars. */
  public static Verdict compare(Path root, Path old, Path now)
      throws IOException, InterruptedException {
    Path said = Files.createTempFile("portunus-api-", ".txt");
    try {
      Process process =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-XX:+UseSerialGC",
                      "-XX:TieredStopAtLevel=1",
                      "-cp",
                      root.resolve(COMPARER) + "/*",
                      "japicmp.JApiCmp",
                      "--only-modified",
                      "--only-incompatible",
                      "--ignore-missing-classes",
                      "--error-on-binary-incompatibility",
                      "--error-on-source-incompatibility",
                      "-o",
                      old.toString(),
                      "-n",
                      now.toString()))
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("the comparison took longer than " + SECONDS + " s");
      }
      return new Verdict(process.exitValue() == 0, Files.readString(said, StandardCharsets.UTF_8));
    } finally {
      Files.delete(said);
    }
  }

  /** The present API against the baseline. */
  public static Verdict check(Path root) throws IOException, InterruptedException {
    Path now = Files.createTempFile("portunus-api-", ".jar");
    try {
      Files.write(now, PublicClasses.ofProject(root).jar());
      return compare(root, baseline(root), now);
    } finally {
      Files.delete(now);
    }
  }

  /** Makes the present API the baseline; the number of its classes. */
  public static int accept(Path root) throws IOException {
    PublicClasses present = PublicClasses.ofProject(root);
    Files.write(baseline(root), present.jar());
    return present.classes().size();
  }
}
