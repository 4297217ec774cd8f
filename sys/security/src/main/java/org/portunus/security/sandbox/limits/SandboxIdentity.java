// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.limits;

/**
 * The host identity of one sandbox instance, shared with nothing else.
 *
 * @param uid user, never 0
 * @param gid group, never 0
 */
public record SandboxIdentity(int uid, int gid) {
  public SandboxIdentity {
    if (uid <= 0 || gid <= 0) {
      throw new IllegalArgumentException("a sandbox never has uid " + uid + " or gid " + gid);
    }
  }
}
