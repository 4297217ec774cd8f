// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.sandbox;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.portunus.security.sandbox.SandboxLayer;

/**
 * Which layers a plan is made without.
 *
 * @param name for reports
 */
record Removal(String name, Set<SandboxLayer> layers) {
  /** Nothing is removed. */
  static final Removal NONE = new Removal("none", Set.of());

  /** The two filters are one mechanism of Linux: what only they refuse is told apart. */
  static final Removal FILTERS =
      new Removal("FILTERS", EnumSet.of(SandboxLayer.FILTER_ONE, SandboxLayer.FILTER_TWO));

  static Removal of(SandboxLayer layer) {
    return new Removal(layer.name(), EnumSet.of(layer));
  }

  /** Each single layer that this caller's sandboxes have, then both filters. */
  static List<Removal> each(Caller caller) {
    List<Removal> list = new ArrayList<>();
    for (SandboxLayer layer : SandboxLayer.values()) {
      if (caller == Caller.ROOT || layer != SandboxLayer.UID) {
        list.add(of(layer));
      }
    }
    list.add(FILTERS);
    return list;
  }
}
