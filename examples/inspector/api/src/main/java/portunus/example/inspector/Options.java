// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector;

/**
 * How to inspect.
 *
 * @param previewSide longest side of a preview in pixels, 1 to 1024
 * @param excerptChars longest excerpt in characters, 0 to 65536
 * @param pagePreviewSide longest side of the preview of a PDF's first page, to 1024; 0 for none:
 *     drawing a page takes more memory than reading its text
 */
public record Options(Limits limits, int previewSide, int excerptChars, int pagePreviewSide) {
  private static final Options STANDARD = new Options(Limits.standard(), 128, 200, 0);

  public static Options standard() {
    return STANDARD;
  }

  public Options withLimits(Limits other) {
    return new Options(other, previewSide, excerptChars, pagePreviewSide);
  }

  /** Previews of PDFs too, with this longest side. */
  public Options withPagePreview(int side) {
    return new Options(limits, previewSide, excerptChars, side);
  }
}
