// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

/** How the connections of a service are carried. */
public enum Route {
  /** From task to task, over links. */
  DIRECT,
  /** By the kernel task, which sees every frame: slower. */
  RELAYED
}
