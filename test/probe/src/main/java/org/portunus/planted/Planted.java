// SPDX-License-Identifier: Apache-2.0
package org.portunus.planted;

/** A class that no bundle may bring. */
public final class Planted {
  private Planted() {}
}
