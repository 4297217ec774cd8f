// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What can be configured. */
public enum Setting {
  INSTANCE("name of the instance; without one there is one instance a user", Kind.NAME_OR_NOTHING),
  RUN("run folder of the instance", Kind.PATH),
  JOBS("folder of launchd.plist files", Kind.PATH),
  BUNDLES("folder of bundles", Kind.PATH),
  SPARES("most sandboxes that wait for code, 0 to 8", Kind.SPARES);

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

  private final String meaning;
  private final Kind kind;

  private enum Kind {
    NAME_OR_NOTHING,
    PATH,
    SPARES
  }

  Setting(String meaning, Kind kind) {
    this.meaning = meaning;
    this.kind = kind;
  }

  /** The key of the file. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The variable of the environment. */
  public String variable() {
    return "PORTUNUS_" + name();
  }

  /** For people. */
  public String meaning() {
    return meaning;
  }

  static Optional<Setting> of(String key) {
    return Arrays.stream(values()).filter(setting -> setting.key().equals(key)).findFirst();
  }

  /** Whether a text can name an instance. */
  public static boolean isInstanceName(String text) {
    return NAME.matcher(text).matches();
  }

  /** What is wrong with a value; empty for a good one. */
  public Optional<String> problem(String value) {
    return switch (kind) {
      case NAME_OR_NOTHING ->
          value.isEmpty() || isInstanceName(value)
              ? Optional.empty()
              : Optional.of("a name is up to 32 of a to z, 0 to 9 and -, not " + value);
      case PATH ->
          value.startsWith("/") ? Optional.empty() : Optional.of("an absolute path, not " + value);
      case SPARES ->
          value.matches("[0-8]") ? Optional.empty() : Optional.of("takes 0 to 8, not " + value);
    };
  }
}
