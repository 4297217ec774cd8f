// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector;

/**
 * How to inspect.
 *
 * @param previewSide longest side of a preview in pixels, 1 to 1024
 * @param excerptChars longest excerpt in characters, 0 to 65536
 */
public record Options(Limits limits, int previewSide, int excerptChars) {
  private static final Options STANDARD = new Options(Limits.standard(), 128, 200);

  public static Options standard() {
    return STANDARD;
  }

  public Options withLimits(Limits other) {
    return new Options(other, previewSide, excerptChars);
  }
}
