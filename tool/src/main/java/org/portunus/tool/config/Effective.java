// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.config;

/**
 * What holds for a setting.
 *
 * @param where option, variable, or FILE:LINE; empty for a built-in value
 */
public record Effective(Setting setting, String value, Origin origin, String where) {
  /** Where a value is from, the strongest first. */
  public enum Origin {
    OPTION("option"),
    ENVIRONMENT("environment"),
    USER_FILE("user file"),
    INSTALLATION_FILE("installation file"),
    BUILT_IN("built in");

    private final String words;

    Origin(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }
}
