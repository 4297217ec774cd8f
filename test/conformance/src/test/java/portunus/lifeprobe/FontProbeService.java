// SPDX-License-Identifier: Apache-2.0
package portunus.lifeprobe;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;

/** Draws headless. */
public class FontProbeService implements FontProbe {
  private static final int WIDTH = 160;
  private static final int HEIGHT = 32;
  private static final float SIZE = 20;

  @Override
  public byte[] drawn(String family, String text) {
    return draw(new Font(family, Font.PLAIN, (int) SIZE), text);
  }

  @Override
  public byte[] drawnFrom(String file, String text) {
    try {
      return draw(Font.createFont(Font.TRUETYPE_FONT, new File(file)).deriveFont(SIZE), text);
    } catch (FontFormatException | IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static byte[] draw(Font font, String text) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setBackground(Color.WHITE);
    graphics.clearRect(0, 0, WIDTH, HEIGHT);
    graphics.setColor(Color.BLACK);
    graphics.setFont(font);
    graphics.drawString(text, 4, 24);
    graphics.dispose();
    byte[] pixels = new byte[WIDTH * HEIGHT];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) ((image.getRGB(i % WIDTH, i / WIDTH) & 0xffffff) == 0xffffff ? 0 : 1);
    }
    return pixels;
  }
}
