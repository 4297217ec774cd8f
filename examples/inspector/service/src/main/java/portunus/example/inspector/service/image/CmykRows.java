// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;

/**
 * CMYK turned into RGB without a colour profile, as image programs do it; Java's own conversion is
 * meant to be like print and much paler.
 */
final class CmykRows {
  private CmykRows() {}

  static boolean isCmyk(BufferedImage image) {
    return image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_CMYK
        && image.getRaster().getNumBands() == 4;
  }

  static BufferedImage toRgb(Raster raster) {
    int width = raster.getWidth();
    BufferedImage image = new BufferedImage(width, raster.getHeight(), BufferedImage.TYPE_INT_RGB);
    int[] samples = new int[4 * width];
    int[] row = new int[width];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, samples);
      for (int x = 0; x < width; x++) {
        int light = 255 - samples[4 * x + 3];
        int red = (255 - samples[4 * x]) * light / 255;
        int green = (255 - samples[4 * x + 1]) * light / 255;
        int blue = (255 - samples[4 * x + 2]) * light / 255;
        row[x] = (red << 16) | (green << 8) | blue;
      }
      image.setRGB(0, y, width, 1, row, 0, width);
    }
    return image;
  }
}
