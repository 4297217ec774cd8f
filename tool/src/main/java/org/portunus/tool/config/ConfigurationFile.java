// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.config;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/** One file of settings, read whole; any line that is not understood refuses it. */
final class ConfigurationFile {
  private static final int WRITABLE_BY_OTHERS = 0x12;
  private static final long MAX_BYTES = 1 << 20;

  private final Path path;

  /** By name of the instance, empty for all. */
  private final Map<String, Map<Setting, Line>> sections = new HashMap<>();

  /** A value and where it stands. */
  record Line(String value, String where) {}

  private ConfigurationFile(Path path) {
    this.path = path;
  }

  /**
   * Reads it.
   *
   * @param uid whose settings these are: he or root must own the file
   * @return empty when there is no such file
   * @throws PortunusException DENIED when others could have written it, USAGE naming file and line
   */
  static Optional<ConfigurationFile> read(Path path, int uid) throws IOException {
    if (!Files.isRegularFile(path)) {
      return Optional.empty();
    }
    int owner = (Integer) Files.getAttribute(path, "unix:uid");
    int mode = (Integer) Files.getAttribute(path, "unix:mode");
    if ((owner != 0 && owner != uid) || (mode & WRITABLE_BY_OTHERS) != 0) {
      throw new PortunusException(
          ErrorCode.DENIED,
          path + " is not yours or root's, or may be written by others (chmod go-w)");
    }
    if (Files.size(path) > MAX_BYTES) {
      throw new PortunusException(ErrorCode.USAGE, path + " is longer than " + MAX_BYTES);
    }
    ConfigurationFile file = new ConfigurationFile(path);
    try {
      file.parse(Files.readAllLines(path));
    } catch (MalformedInputException notText) {
      throw new PortunusException(ErrorCode.USAGE, path + " is no UTF-8 text", notText);
    }
    return Optional.of(file);
  }

  private void parse(List<String> lines) {
    String section = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      String where = path + ":" + (i + 1);
      if (line.startsWith("[")) {
        section = sectionOf(line, where);
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        add(section, line, where);
      }
    }
  }

  private static String sectionOf(String line, String where) {
    String name = line.endsWith("]") ? line.substring(1, line.length() - 1).strip() : "";
    if (!Setting.isInstanceName(name)) {
      throw wrong(where, "[NAME] names an instance by up to 32 of a to z, 0 to 9 and -");
    }
    return name;
  }

  private void add(String section, String line, String where) {
    int equals = line.indexOf('=');
    String key = line.substring(0, Math.max(0, equals)).strip();
    String value = line.substring(equals + 1).strip();
    Setting setting =
        Setting.of(key).orElseThrow(() -> wrong(where, "no setting: KEY = VALUE, not " + line));
    if (setting == Setting.INSTANCE && !section.isEmpty()) {
      throw wrong(where, "instance stands above all [NAME]");
    }
    setting
        .problem(value)
        .ifPresent(why -> {
          throw wrong(where, key + ": " + why);
        });
    Map<Setting, Line> values = sections.computeIfAbsent(section, _ -> new HashMap<>());
    if (values.put(setting, new Line(value, where)) != null) {
      throw wrong(where, key + " is set twice");
    }
  }

  private static PortunusException wrong(String where, String why) {
    return new PortunusException(ErrorCode.USAGE, where + ": " + why);
  }

  /** What it says of an instance. */
  Optional<Line> find(Setting setting, String instance) {
    Line own = sections.getOrDefault(instance, Map.of()).get(setting);
    return Optional.ofNullable(
        own != null ? own : sections.getOrDefault("", Map.of()).get(setting));
  }
}
