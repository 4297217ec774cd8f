// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import portunus.example.inspector.Reason;
import portunus.example.inspector.Size;
import portunus.example.inspector.Stage;
import portunus.example.inspector.service.content.Budget;
import portunus.example.inspector.service.content.Content;
import portunus.example.inspector.service.content.Findings;
import portunus.example.inspector.service.content.Progress;

/** Reads the first image of a PNG, JPEG, GIF or BMP file. */
public final class ImageReading {
  /** Larger images are read with pixels left out, so that memory stays far below the heap. */
  private static final long FULL_PIXELS = 4_000_000L;

  private static final int LONGEST_READ = 8192;

  static {
    ImageIO.setUseCache(false);
  }

  private ImageReading() {}

  /**
   * @param format the name that ImageIO has for the format
   */
  public static Findings read(
      Content content, String format, Budget budget, int previewSide, Progress progress)
      throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
    try (ImageInputStream input = new ImageContentStream(content)) {
      reader.setInput(input, true, true);
      switch (format) {
        case "gif" -> checkScreen(content, budget);
        case "bmp" -> checkBitmap(content, budget);
        default -> {}
      }
      Size size = new Size(reader.getWidth(0), reader.getHeight(0));
      budget.pixels(size.width(), size.height());
      progress.reached(Stage.PREVIEW, 0, 1);
      BufferedImage preview = preview(reader, size, previewSide);
      return Findings.of("image/" + format).withImage(size, Png.encode(preview));
    } catch (IIOException | IllegalArgumentException | IndexOutOfBoundsException broken) {
      budget.verify();
      throw budget.refuse(Reason.FORMAT_DAMAGED, format + ": " + broken.getMessage());
    } finally {
      reader.dispose();
    }
  }

  /** The logical screen of a GIF may be larger than its first image; readers allocate either. */
  private static void checkScreen(Content content, Budget budget) throws IOException {
    byte[] head = content.exactly(0, 10);
    budget.pixels(
        (head[6] & 0xff) | ((head[7] & 0xff) << 8), (head[8] & 0xff) | ((head[9] & 0xff) << 8));
  }

  /** ImageIO's reader for BMP looks at the pixels' place before it tells the size. */
  private static void checkBitmap(Content content, Budget budget) throws IOException {
    ByteBuffer head = ByteBuffer.wrap(content.exactly(0, 26)).order(ByteOrder.LITTLE_ENDIAN);
    if (head.getInt(14) > 12) {
      budget.pixels(Math.abs((long) head.getInt(18)), Math.abs((long) head.getInt(22)));
    }
  }

  private static BufferedImage preview(ImageReader reader, Size size, int side) throws IOException {
    ImageReadParam param = reader.getDefaultReadParam();
    int step = step(size);
    param.setSourceSubsampling(step, step, 0, 0);
    Size target = Resampler.fit(size, side);
    BufferedImage image = reader.read(0, param);
    return Resampler.resample(
        CmykRows.isCmyk(image) ? CmykRows.toRgb(image.getRaster()) : image, target);
  }

  private static int step(Size size) {
    long pixels = (long) size.width() * size.height();
    int byArea = (int) Math.ceil(Math.sqrt((double) pixels / FULL_PIXELS));
    int bySide = (Math.max(size.width(), size.height()) + LONGEST_READ - 1) / LONGEST_READ;
    return Math.max(1, Math.max(byArea, bySide));
  }
}
