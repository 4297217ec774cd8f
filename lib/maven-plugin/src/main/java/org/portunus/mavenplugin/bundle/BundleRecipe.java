// SPDX-License-Identifier: Apache-2.0
package org.portunus.mavenplugin.bundle;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a bundle is made from.
 *
 * @param owner whose bundle it is: no other owner's is ever replaced
 * @param identifier CFBundleIdentifier and the job's label; absent: the first service's name
 * @param version CFBundleVersion
 * @param classPath folders of classes and jars; jars of Portunus itself are left out
 * @param implementations classes that implement interfaces marked {@code @Service}
 * @param modules JDK modules beside java.base
 * @param limits by key of the property lists: Heap, Memory and the others
 * @param output folder that gets jobs and bundles
 */
public record BundleRecipe(
    String owner,
    Optional<String> identifier,
    String version,
    List<Path> classPath,
    List<String> implementations,
    List<String> modules,
    SortedMap<String, String> limits,
    Path output) {
  private static final Set<String> LIMITS =
      Set.of("Heap", "Memory", "Processes", "CPU", "Descriptors", "IdleTimeout", "Grace");
  private static final Set<String> SECONDS = Set.of("IdleTimeout", "Grace");

  public BundleRecipe {
    classPath = List.copyOf(classPath);
    implementations = List.copyOf(implementations);
    modules = List.copyOf(modules);
    limits = new TreeMap<>(limits);
  }

  void check() throws BundleException {
    if (implementations.isEmpty()) {
      throw new BundleException("no implementation is named");
    }
    for (var limit : limits.entrySet()) {
      if (!LIMITS.contains(limit.getKey())) {
        throw new BundleException(
            "no limit " + limit.getKey() + ": it is one of " + new TreeSet<>(LIMITS));
      }
      String form = SECONDS.contains(limit.getKey()) ? "[0-9]+(\\.[0-9]+)?" : "[0-9]+";
      if (!limit.getValue().matches(form)) {
        throw new BundleException(
            limit.getKey() + " is " + limit.getValue() + ": it must be a number");
      }
    }
  }
}
