// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.tutorial;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tutorial.
 *
 * @param lines of the section, its heading left out
 * @param files contents by path: blocks with a comment {@code file: PATH} before them
 * @param commands of the block of the shell, one a line
 */
public record Tutorial(List<String> lines, Map<String, String> files, List<String> commands) {
  private static final String HEADING = "## A service of your own";
  private static final Pattern FILE =
      Pattern.compile("<!-- file: (\\S+) -->\\n```\\w+\\n(.*?)```\\n", Pattern.DOTALL);
  private static final Pattern SHELL = Pattern.compile("```sh run\\n(.*?)```\\n", Pattern.DOTALL);

  /**
   * Reads the document.
   *
   * @throws IllegalArgumentException when the section or its commands are missing
   */
  public static Tutorial parse(String document) {
    int start = document.indexOf(HEADING + "\n");
    if (start < 0) {
      throw new IllegalArgumentException("no section " + HEADING);
    }
    int body = start + HEADING.length() + 1;
    int next = document.indexOf("\n## ", body);
    String section = next < 0 ? document.substring(body) : document.substring(body, next + 1);
    Map<String, String> files = new LinkedHashMap<>();
    Matcher file = FILE.matcher(section);
    while (file.find()) {
      files.put(file.group(1), file.group(2));
    }
    Matcher shell = SHELL.matcher(section);
    if (!shell.find()) {
      throw new IllegalArgumentException("no commands in " + HEADING);
    }
    return new Tutorial(
        section.lines().toList(), files, new ArrayList<>(shell.group(1).lines().toList()));
  }
}
