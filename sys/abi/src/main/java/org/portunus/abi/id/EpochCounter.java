// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.id;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The one text form that task, call and event ids share. */
record EpochCounter(int epoch, long counter) {
  private static final Pattern FORM =
      Pattern.compile("([a-z]+)-(0|[1-9][0-9]{0,9})-(0|[1-9][0-9]{0,19})");

  static String format(String prefix, int epoch, long counter) {
    return prefix + "-" + Integer.toUnsignedString(epoch) + "-" + Long.toUnsignedString(counter);
  }

  static EpochCounter parse(String prefix, String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches() || !matcher.group(1).equals(prefix)) {
      throw new IllegalArgumentException("expected " + prefix + "-EPOCH-COUNTER");
    }
    return new EpochCounter(
        Integer.parseUnsignedInt(matcher.group(2)), Long.parseUnsignedLong(matcher.group(3)));
  }
}
