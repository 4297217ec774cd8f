// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector;

/**
 * What one document may cost.
 *
 * @param maxExpandedBytes bytes that leave its decompressors, over all layers and parts together
 * @param maxEntries entries of an archive
 * @param maxDepth nesting of elements and of arrays
 * @param maxPixels width times height of an image
 */
public record Limits(long maxExpandedBytes, int maxEntries, int maxDepth, long maxPixels) {
  private static final Limits STANDARD = new Limits(64L << 20, 2048, 256, 40_000_000L);

  public static Limits standard() {
    return STANDARD;
  }

  public Limits withMaxExpandedBytes(long bytes) {
    return new Limits(bytes, maxEntries, maxDepth, maxPixels);
  }

  public Limits withMaxEntries(int entries) {
    return new Limits(maxExpandedBytes, entries, maxDepth, maxPixels);
  }

  public Limits withMaxDepth(int depth) {
    return new Limits(maxExpandedBytes, maxEntries, depth, maxPixels);
  }

  public Limits withMaxPixels(long pixels) {
    return new Limits(maxExpandedBytes, maxEntries, maxDepth, pixels);
  }
}
