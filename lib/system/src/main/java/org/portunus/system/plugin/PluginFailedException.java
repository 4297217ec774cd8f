// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.plugin;

/** A plug-in threw something that its interface does not declare. */
public final class PluginFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String type;

  PluginFailedException(String type, String message, Throwable cause) {
    super(type + ": " + message, cause);
    this.type = type;
  }

  /** Name of the class that the plug-in threw, as its service told it. */
  public String type() {
    return type;
  }
}
