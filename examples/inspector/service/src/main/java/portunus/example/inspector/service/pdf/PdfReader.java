// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.pdf;

import java.io.IOException;
import java.io.Writer;
import java.util.Optional;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.pdmodel.font.FontMappers;
import org.apache.pdfbox.text.PDFTextStripper;
import portunus.example.inspector.Options;
import portunus.example.inspector.Reason;
import portunus.example.inspector.Stage;
import portunus.example.inspector.UnsupportedDocument;
import portunus.example.inspector.service.content.Budget;
import portunus.example.inspector.service.content.Content;
import portunus.example.inspector.service.content.Findings;
import portunus.example.inspector.service.content.Progress;
import portunus.example.inspector.service.text.WordCount;

/** Reads a PDF: what it states about itself, its pages, its text. Actions are never looked at. */
public final class PdfReader {
  private static final String TYPE = "application/pdf";

  static {
    System.setProperty("org.apache.commons.logging.Log", "org.apache.commons.logging.impl.NoOpLog");
    FontMappers.set(new BundledFonts());
  }

  private PdfReader() {}

  public static Findings read(Content content, Budget budget, Options options, Progress progress)
      throws IOException, UnsupportedDocument {
    try (PDDocument document = new BoundedParser(new PdfSource(content), budget).parse()) {
      budget.verify();
      COSDictionary root =
          Optional.ofNullable(
                  document.getDocumentCatalog().getCOSObject().getCOSDictionary(COSName.PAGES))
              .orElseThrow(() -> budget.refuse(Reason.FORMAT_DAMAGED, "PDF: no page tree"));
      int pages = PageTree.countPages(root, budget);
      WordCount words = new WordCount(options.excerptChars());
      new PageText(words, pages, progress).writeText(document, new WordWriter(words));
      budget.verify();
      PDDocumentInformation information = document.getDocumentInformation();
      Findings findings =
          Findings.of(TYPE)
              .withTitle(
                  Optional.ofNullable(information.getTitle()),
                  Optional.ofNullable(information.getAuthor()))
              .withPages(Optional.of(pages))
              .withText(words.words(), words.excerpt());
      if (options.pagePreviewSide() <= 0 || pages == 0) {
        return findings;
      }
      progress.reached(Stage.PREVIEW, 0, 1);
      return findings.withPagePreview(
          FirstPage.preview(document, options.pagePreviewSide(), budget));
    } catch (InvalidPasswordException locked) {
      throw new UnsupportedDocument("a PDF that needs a password");
    } catch (NoClassDefFoundError missing) {
      throw new UnsupportedDocument("a PDF that is locked by a public key");
    }
  }

  /** PDFBox's text in content order, page by page. */
  private static final class PageText extends PDFTextStripper {
    private final WordCount words;
    private final int pages;
    private final Progress progress;
    private int done;

    PageText(WordCount words, int pages, Progress progress) {
      this.words = words;
      this.pages = pages;
      this.progress = progress;
    }

    @Override
    public void processPage(PDPage page) throws IOException {
      super.processPage(page);
      words.endWord();
      done++;
      progress.reached(Stage.PAGES, done, pages);
    }
  }

  /** Counts what is written to it. */
  private static final class WordWriter extends Writer {
    private final WordCount words;

    WordWriter(WordCount words) {
      this.words = words;
    }

    @Override
    public void write(char[] characters, int offset, int length) {
      words.accept(characters, offset, length);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
