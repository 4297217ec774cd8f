// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.nio.charset.StandardCharsets;

/**
 * What a call is part of, in the forms of W3C Trace Context. On the wire the first, which is of
 * fixed length, then the second, ASCII.
 *
 * @param traceparent {@code 00-TRACE-SPAN-FLAGS}, lower-case hexadecimal digits: 32, 16 and 2;
 *     neither of the first two is all zeros
 * @param tracestate at most {@value #MAX_STATE} printable characters, may be empty
 */
public record CallContext(String traceparent, String tracestate) {
  /** Longest second part. */
  public static final int MAX_STATE = 512;

  private static final int PARENT = 55;
  private static final int TRACE_AT = 3;
  private static final int SPAN_AT = 36;
  private static final int FLAGS_AT = 53;

  /**
   * @throws IllegalArgumentException for other forms
   */
  public CallContext {
    if (!isParent(traceparent)) {
      throw new IllegalArgumentException("traceparent is of another form");
    }
    if (tracestate.length() > MAX_STATE || !tracestate.chars().allMatch(c -> c >= ' ' && c < 127)) {
      throw new IllegalArgumentException("tracestate is of another form");
    }
  }

  private static boolean isParent(String text) {
    return text.length() == PARENT
        && text.startsWith("00-")
        && isNumber(text, TRACE_AT, SPAN_AT - 1, Zero.REFUSED)
        && text.charAt(SPAN_AT - 1) == '-'
        && isNumber(text, SPAN_AT, FLAGS_AT - 1, Zero.REFUSED)
        && text.charAt(FLAGS_AT - 1) == '-'
        && isNumber(text, FLAGS_AT, PARENT, Zero.ALLOWED);
  }

  private enum Zero {
    ALLOWED,
    REFUSED
  }

  private static boolean isNumber(String text, int from, int to, Zero zero) {
    boolean found = zero == Zero.ALLOWED;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
        return false;
      }
      found |= c != '0';
    }
    return found;
  }

  public byte[] toBytes() {
    return traceparent.concat(tracestate).getBytes(StandardCharsets.US_ASCII);
  }

  public static CallContext read(byte[] bytes) throws MalformedFrameException {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = Math.min(PARENT, text.length());
    try {
      return new CallContext(text.substring(0, end), text.substring(end));
    } catch (IllegalArgumentException other) {
      throw new MalformedFrameException(String.valueOf(other.getMessage()));
    }
  }
}
