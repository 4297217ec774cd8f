// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

/**
 * The layers of a sandbox. All are always there; only the conformance suites remove single ones.
 */
public enum SandboxLayer {
  /** An own uid and gid, as root only. */
  UID,
  /** A mount namespace with nothing but the folders of the plan. */
  MOUNTS,
  /** An empty network namespace. */
  NETWORK,
  /** Landlock rules over the same folders. */
  LANDLOCK,
  /** The filter that the entry installs. */
  FILTER_ONE,
  /** The filter that the start code stacks. */
  FILTER_TWO,
  /** Control groups and resource limits. */
  LIMITS
}
