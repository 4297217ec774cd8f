// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import javax.imageio.IIOException;

/**
 * Four-channel JPEG as Adobe writes it, inverted CMYK, turned into RGB without a colour profile.
 */
final class CmykRows {
  private CmykRows() {}

  static BufferedImage toRgb(Raster raster) throws IIOException {
    if (raster.getNumBands() != 4) {
      throw new IIOException("an image of " + raster.getNumBands() + " channels");
    }
    int width = raster.getWidth();
    BufferedImage image = new BufferedImage(width, raster.getHeight(), BufferedImage.TYPE_INT_RGB);
    int[] samples = new int[4 * width];
    int[] row = new int[width];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, samples);
      for (int x = 0; x < width; x++) {
        int black = samples[4 * x + 3];
        int red = samples[4 * x] * black / 255;
        int green = samples[4 * x + 1] * black / 255;
        int blue = samples[4 * x + 2] * black / 255;
        row[x] = (red << 16) | (green << 8) | blue;
      }
      image.setRGB(0, y, width, 1, row, 0, width);
    }
    return image;
  }
}
