// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

/** Message ids on the port of a link, to which the kernel gives the link's client a send right. */
public final class LinkMessage {
  /** Revokes the link, by whoever holds the right. No data. */
  public static final int REVOKE = 3201;

  private LinkMessage() {}
}
