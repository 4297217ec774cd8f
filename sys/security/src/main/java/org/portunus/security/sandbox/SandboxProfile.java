// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

/** The kinds of task; each has its own filters, limits and view of files. */
public enum SandboxProfile {
  /** A service of a bundle: untrusted code on a Java machine, nothing but its kernel socket. */
  JAVA_SERVICE,
  /** The same in development mode: with our debugger, and with files of its own in memory. */
  DEVELOPMENT_SERVICE,
  /** launchd: system code that reads job files and bundles and makes code images and pipes. */
  DAEMON
}
