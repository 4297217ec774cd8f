// SPDX-License-Identifier: Apache-2.0
package org.portunus.mavenplugin;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.portunus.mavenplugin.bundle.BundleException;
import org.portunus.mavenplugin.bundle.BundleMaker;
import org.portunus.mavenplugin.bundle.BundleRecipe;

/** The goal for builds without Maven. */
public final class BundleMain {
  private static final int FAILED = 1;
  private static final int WRONG_USE = 2;
  private static final String USAGE =
      """
      usage: java -cp portunus-maven-plugin.jar org.portunus.mavenplugin.BundleMain OPTION...

        --class-path PATH        folders of classes and jars, as of java -cp
        --implementation CLASS   implements interfaces marked @Service; may be repeated
        --output DIR             gets the folders jobs and bundles
        --owner NAME             whose bundle it is; another owner's is not replaced
        --identifier NAME        of the bundle and the job (default: the first service's name)
        --version VERSION        of the bundle (default: 1)
        --module MODULE          of the JDK, beside java.base; may be repeated
        --limit KEY=NUMBER       Heap, Memory, Processes, CPU and the others; may be repeated
      """;

  private BundleMain() {}

  /** Exit status: 0 made or up to date, 1 can't be made, 2 wrong use. */
  public static void main(String[] arguments) {
    if (Arrays.asList(arguments).contains("--help")) {
      System.out.print(USAGE);
      return;
    }
    int status = run(arguments);
    if (status != 0) {
      System.exit(status);
    }
  }

  private static int run(String[] arguments) {
    BundleRecipe recipe;
    try {
      recipe = recipe(arguments);
    } catch (IllegalArgumentException wrong) {
      System.err.println("portunus: usage: " + wrong.getMessage() + "\n  fix: see --help");
      return WRONG_USE;
    }
    try {
      System.out.println(BundleMaker.make(recipe).bundle());
      return 0;
    } catch (BundleException | IOException failure) {
      System.err.println("portunus: bundle.refused: " + failure.getMessage());
      return FAILED;
    }
  }

  private static BundleRecipe recipe(String[] arguments) {
    SortedMap<String, List<String>> given = new TreeMap<>();
    for (int at = 0; at < arguments.length; at += 2) {
      if (!USAGE.contains("  " + arguments[at] + " ") || at + 1 == arguments.length) {
        throw new IllegalArgumentException("no option " + arguments[at] + " with a value");
      }
      given.computeIfAbsent(arguments[at], name -> new ArrayList<>()).add(arguments[at + 1]);
    }
    SortedMap<String, String> limits = new TreeMap<>();
    for (String limit : given.getOrDefault("--limit", List.of())) {
      int equals = limit.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("--limit takes KEY=NUMBER, not " + limit);
      }
      limits.put(limit.substring(0, equals), limit.substring(equals + 1));
    }
    return new BundleRecipe(
        one(given, "--owner"),
        given.getOrDefault("--identifier", List.of()).stream().findFirst(),
        given.getOrDefault("--version", List.of("1")).getFirst(),
        Arrays.stream(one(given, "--class-path").split(File.pathSeparator, -1))
            .filter(place -> !place.isEmpty())
            .map(Path::of)
            .toList(),
        given.getOrDefault("--implementation", List.of()),
        given.getOrDefault("--module", List.of()),
        limits,
        Path.of(one(given, "--output")));
  }

  private static String one(SortedMap<String, List<String>> given, String name) {
    return Optional.ofNullable(given.get(name))
        .map(List::getFirst)
        .orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
  }
}
