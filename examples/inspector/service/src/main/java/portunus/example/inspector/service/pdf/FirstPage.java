// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.pdf;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.rendering.PDFRenderer;
import portunus.example.inspector.Reason;
import portunus.example.inspector.Size;
import portunus.example.inspector.service.content.Budget;
import portunus.example.inspector.service.image.Png;
import portunus.example.inspector.service.image.Resampler;

/**
 * Draws the first page, small. Text is drawn as outlines of the document's fonts, or of the bundled
 * one that stands in for those that it lacks: the Java machine's own fonts, which it looks for in
 * files, are not used.
 */
final class FirstPage {
  private static final int LONGEST = 1024;
  private static final float ROUNDING = 1e-3f;

  /** No line is drawn thinner than a pixel, so the page is drawn larger, and then made smaller. */
  private static final int FINER = 4;

  private FirstPage() {}

  /** As PNG, with this longest side. */
  static byte[] preview(PDDocument document, int side, Budget budget) throws IOException {
    PDPage page = document.getPage(0);
    PDRectangle box = page.getCropBox();
    boolean lies = page.getRotation() % 180 != 0;
    float width = lies ? box.getHeight() : box.getWidth();
    float height = lies ? box.getWidth() : box.getHeight();
    float scale = Math.clamp(side, 1, LONGEST) / Math.max(width, height);
    if (!(Math.min(width, height) > 0) || !(scale > 0)) {
      throw budget.refuse(Reason.FORMAT_DAMAGED, "PDF: a first page without size");
    }
    Size size = new Size(pixels(width * scale), pixels(height * scale));
    BufferedImage image =
        new BufferedImage(FINER * size.width(), FINER * size.height(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setBackground(Color.WHITE);
      graphics.clearRect(0, 0, image.getWidth(), image.getHeight());
      PDFRenderer renderer = new PDFRenderer(document);
      renderer.setSubsamplingAllowed(true);
      renderer.renderPageToGraphics(0, graphics, FINER * scale);
    } finally {
      graphics.dispose();
    }
    budget.verify();
    return Png.encode(Resampler.resample(image, size));
  }

  /** Whole pixels that hold so much; a side that fits but for rounding does not get one more. */
  private static int pixels(float length) {
    return Math.max(1, (int) Math.ceil(length - ROUNDING));
  }
}
