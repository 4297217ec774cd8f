// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.architecture;

import java.lang.module.ModuleDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Compares what was built with the table. */
public final class GraphRules {
  private static final Set<String> FREE = Set.of("java.base", "org.jspecify");

  private GraphRules() {}

  /** What of this module is not in its row, or not as the row says. */
  public static List<String> check(ModuleTable.Row row, BuiltModule built) {
    List<String> violations = new ArrayList<>();
    ModuleDescriptor descriptor = built.descriptor();
    if (!descriptor.name().equals(row.module())) {
      violations.add(built.folder() + " is the module " + descriptor.name());
    }
    if (row.isFree()) {
      return violations;
    }
    for (ModuleDescriptor.Requires requires : descriptor.requires()) {
      String name = requires.name();
      boolean isStated = row.mayRequire().contains(name) || row.jarModules().contains(name);
      if (!isStated && !FREE.contains(name)) {
        violations.add(row.module() + " requires " + name);
      }
    }
    difference(built.jars(), row.jars())
        .forEach(jar -> violations.add(row.module() + " brings the jar " + jar));
    difference(row.jars(), built.jars())
        .forEach(jar -> violations.add(row.module() + " does not bring the stated jar " + jar));
    return violations;
  }

  /** Folders of the reactor without a row, and rows without a folder. */
  public static List<String> checkCoverage(ModuleTable table, Set<String> folders) {
    Set<String> stated = new TreeSet<>();
    table.rows().forEach(row -> stated.add(row.folder()));
    List<String> violations = new ArrayList<>();
    difference(folders, stated).forEach(folder -> violations.add(folder + " has no row"));
    difference(stated, folders).forEach(folder -> violations.add(folder + " is not built"));
    return violations;
  }

  private static Set<String> difference(Set<String> from, Set<String> without) {
    Set<String> rest = new TreeSet<>(from);
    rest.removeAll(without);
    return rest;
  }
}
