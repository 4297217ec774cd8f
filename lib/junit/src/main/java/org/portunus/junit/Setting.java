// SPDX-License-Identifier: Apache-2.0
package org.portunus.junit;

/** Where the service of a test runs. */
public enum Setting {
  /** An object of this Java machine, called directly. */
  IN_PROCESS,
  /** A process in a sandbox, called over a connection of a private instance. */
  SANDBOXED
}
