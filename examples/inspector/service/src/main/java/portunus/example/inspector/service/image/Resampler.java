// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.image;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.Arrays;
import portunus.example.inspector.Size;

/**
 * Scales an image as ImageMagick's {@code -resize} does: Lanczos with three lobes when it shrinks,
 * Mitchell when it grows, in the image's own sample values, transparent pixels over white.
 */
public final class Resampler {
  private static final int CHANNELS = 3;
  private static final int BAND = 32;

  /** Which source samples make one target sample, and how much of each. */
  private record Tap(int first, float[] weights) {}

  private Resampler() {}

  /** The size whose longest side is {@code side}, the other in proportion and at least 1. */
  static Size fit(Size size, int side) {
    double scale = Math.min((double) side / size.width(), (double) side / size.height());
    return new Size(
        Math.max(1, (int) Math.floor(scale * size.width() + 0.5)),
        Math.max(1, (int) Math.floor(scale * size.height() + 0.5)));
  }

  public static BufferedImage resample(BufferedImage image, Size target) {
    float[][] rows = horizontally(image, taps(image.getWidth(), target.width()));
    Tap[] taps = taps(image.getHeight(), target.height());
    BufferedImage result =
        new BufferedImage(target.width(), target.height(), BufferedImage.TYPE_INT_RGB);
    int[] line = new int[target.width()];
    float[] sums = new float[CHANNELS * target.width()];
    for (int y = 0; y < target.height(); y++) {
      Arrays.fill(sums, 0);
      Tap tap = taps[y];
      for (int i = 0; i < tap.weights().length; i++) {
        float weight = tap.weights()[i];
        float[] row = rows[tap.first() + i];
        for (int x = 0; x < sums.length; x++) {
          sums[x] += weight * row[x];
        }
      }
      for (int x = 0; x < line.length; x++) {
        line[x] =
            (sample(sums[3 * x]) << 16) | (sample(sums[3 * x + 1]) << 8) | sample(sums[3 * x + 2]);
      }
      result.setRGB(0, y, line.length, 1, line, 0, line.length);
    }
    return result;
  }

  private static float[][] horizontally(BufferedImage image, Tap[] taps) {
    int width = image.getWidth();
    int height = image.getHeight();
    float[][] rows = new float[height][];
    BufferedImage band =
        new BufferedImage(width, Math.min(BAND, height), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = band.createGraphics();
    boolean grayWithAlpha =
        image.getColorModel().getNumColorComponents() == 1 && image.getRaster().getNumBands() == 2;
    int[] pixels = ((DataBufferInt) band.getRaster().getDataBuffer()).getData();
    for (int top = 0; top < height; top += BAND) {
      int lines = Math.min(BAND, height - top);
      if (grayWithAlpha) {
        grayOverWhite(image, top, lines, pixels);
      } else {
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, lines);
        graphics.drawImage(image, 0, -top, null);
      }
      for (int y = 0; y < lines; y++) {
        rows[top + y] = row(pixels, y * width, taps);
      }
    }
    graphics.dispose();
    return rows;
  }

  /** Grey with alpha, whose samples Java2D would take for linear light. */
  private static void grayOverWhite(BufferedImage image, int top, int lines, int[] pixels) {
    int width = image.getWidth();
    long most = (1L << image.getColorModel().getComponentSize(0)) - 1;
    int[] samples = new int[2 * width];
    for (int y = 0; y < lines; y++) {
      image.getRaster().getPixels(0, top + y, width, 1, samples);
      for (int x = 0; x < width; x++) {
        long alpha = samples[2 * x + 1];
        long over = samples[2 * x] * alpha + most * (most - alpha);
        pixels[y * width + x] = (int) (over * 255 / (most * most)) * 0x010101;
      }
    }
  }

  private static float[] row(int[] pixels, int start, Tap[] taps) {
    float[] row = new float[CHANNELS * taps.length];
    for (int x = 0; x < taps.length; x++) {
      float red = 0;
      float green = 0;
      float blue = 0;
      float[] weights = taps[x].weights();
      for (int i = 0; i < weights.length; i++) {
        int pixel = pixels[start + taps[x].first() + i];
        red += weights[i] * ((pixel >> 16) & 0xff);
        green += weights[i] * ((pixel >> 8) & 0xff);
        blue += weights[i] * (pixel & 0xff);
      }
      row[3 * x] = red;
      row[3 * x + 1] = green;
      row[3 * x + 2] = blue;
    }
    return row;
  }

  private static Tap[] taps(int source, int target) {
    double scale = (double) source / target;
    double stretch = Math.max(1, scale);
    double support = (scale > 1 ? 3 : 2) * stretch;
    Tap[] taps = new Tap[target];
    for (int i = 0; i < target; i++) {
      double center = (i + 0.5) * scale;
      int first = Math.max(0, (int) Math.floor(center - support + 0.5));
      int end = Math.min(source, (int) Math.floor(center + support + 0.5));
      float[] weights = new float[Math.max(1, end - first)];
      double sum = 0;
      for (int k = 0; k < weights.length; k++) {
        double distance = Math.abs(first + k + 0.5 - center) / stretch;
        double weight = scale > 1 ? lanczos(distance) : mitchell(distance);
        weights[k] = (float) weight;
        sum += weight;
      }
      for (int k = 0; k < weights.length; k++) {
        weights[k] = sum == 0 ? 1f / weights.length : (float) (weights[k] / sum);
      }
      taps[i] = new Tap(Math.min(first, source - weights.length), weights);
    }
    return taps;
  }

  private static double lanczos(double x) {
    if (x >= 3) {
      return 0;
    }
    return x == 0
        ? 1
        : 3 * Math.sin(Math.PI * x) * Math.sin(Math.PI * x / 3) / (Math.PI * Math.PI * x * x);
  }

  private static double mitchell(double x) {
    if (x < 1) {
      return (7 * x * x * x - 12 * x * x + 16.0 / 3) / 6;
    }
    return x < 2 ? (-7.0 / 3 * x * x * x + 12 * x * x - 20 * x + 32.0 / 3) / 6 : 0;
  }

  private static int sample(float value) {
    return Math.clamp(Math.round(value), 0, 255);
  }
}
