// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.machine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of the running kernel, as far as features depend on it. */
public record KernelVersion(int major, int minor) implements Comparable<KernelVersion> {
  private static final Pattern RELEASE =
      Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*", Pattern.DOTALL);

  /**
   * Reads {@code /proc/sys/kernel/osrelease}'s form.
   *
   * @throws IllegalArgumentException when it doesn't begin with two numbers
   */
  public static KernelVersion parse(String release) {
    Matcher matcher = RELEASE.matcher(release.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a kernel release: \"" + release + "\"");
    }
    return new KernelVersion(
        Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** Whether this version is the given one or later. */
  public boolean atLeast(int wantedMajor, int wantedMinor) {
    return compareTo(new KernelVersion(wantedMajor, wantedMinor)) >= 0;
  }

  @Override
  public int compareTo(KernelVersion other) {
    return major != other.major
        ? Integer.compare(major, other.major)
        : Integer.compare(minor, other.minor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
