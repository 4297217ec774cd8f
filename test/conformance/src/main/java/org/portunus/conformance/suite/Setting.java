// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.suite;

import java.util.Locale;

/** How far apart the two sides of a row are. */
public enum Setting {
  /** The object layer, without sockets. */
  OBJECT,
  /** Several tasks of one JVM over kernel sockets; the kernel is a process of its own. */
  THREADS,
  /** Each task is a process. */
  PROCESSES;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
