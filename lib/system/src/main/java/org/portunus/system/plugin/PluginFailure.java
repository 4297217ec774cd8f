// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.plugin;

/** What a plug-in threw, as it travels from its service to its caller: a type's name and a text. */
public final class PluginFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final String type;

  /**
   * @param type name of the class that the caller is to throw, if it can
   * @param message what the plug-in said; empty for nothing
   */
  public PluginFailure(String type, String message) {
    super(message);
    this.type = type;
  }

  /**
   * The form in which something travels that a plug-in threw; the log is told if it was refused
   * something.
   *
   * @param declared what its method declares, subclasses first
   */
  public static PluginFailure of(Throwable thrown, Class<?>... declared) {
    Refusals.caught(thrown);
    String message = String.valueOf(thrown.getMessage());
    for (Class<?> type : declared) {
      if (type == thrown.getClass()) {
        return new PluginFailure(type.getName(), message);
      }
    }
    for (Class<?> type : declared) {
      if (type.isInstance(thrown)) {
        return new PluginFailure(type.getName(), thrown.getClass().getName() + ": " + message);
      }
    }
    return new PluginFailure(thrown.getClass().getName(), message);
  }

  /** Name of the class that was thrown or declared. */
  public String type() {
    return type;
  }

  /** The exception for a caller to whom nothing of this type was declared. */
  public RuntimeException unchecked() {
    String message = getMessage();
    return switch (type) {
      case "java.lang.IllegalArgumentException" -> new IllegalArgumentException(message, this);
      case "java.lang.IllegalStateException" -> new IllegalStateException(message, this);
      case "java.lang.UnsupportedOperationException" ->
          new UnsupportedOperationException(message, this);
      default -> new PluginFailedException(type, String.valueOf(message), this);
    };
  }
}
