// SPDX-License-Identifier: Apache-2.0
package org.portunus.mavenplugin.bundle;

/** The bundle can't be made; the message says why and what to change. */
public final class BundleException extends Exception {
  private static final long serialVersionUID = 1L;

  public BundleException(String message) {
    super(message);
  }
}
