// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.concurrent.CancellationException;
import java.util.zip.GZIPInputStream;
import portunus.example.inspector.Options;
import portunus.example.inspector.Reason;
import portunus.example.inspector.Stage;
import portunus.example.inspector.UnsupportedDocument;
import portunus.example.inspector.service.archive.ZipReader;
import portunus.example.inspector.service.content.Budget;
import portunus.example.inspector.service.content.Content;
import portunus.example.inspector.service.content.Findings;
import portunus.example.inspector.service.content.MemoryContent;
import portunus.example.inspector.service.content.Progress;
import portunus.example.inspector.service.content.Refusal;
import portunus.example.inspector.service.image.ImageReading;
import portunus.example.inspector.service.markup.XmlText;
import portunus.example.inspector.service.pdf.PdfReader;
import portunus.example.inspector.service.text.TextKind;
import portunus.example.inspector.service.text.TextReader;

/** One inspection: recognises the document and calls the reader of its kind. */
final class DocumentReader {
  private final Options options;
  private final Budget budget;
  private final Progress progress;

  DocumentReader(Options options, Budget budget, Progress progress) {
    this.options = options;
    this.budget = budget;
    this.progress = progress;
  }

  Findings read(Content content) throws IOException, UnsupportedDocument {
    byte[] head = content.head(TextKind.LOOKED_AT);
    DocumentKind kind = DocumentKind.of(head);
    progress.reached(Stage.RECOGNISED, 0, content.size());
    return switch (kind) {
      case HOOK -> {
        Hook.run(head);
        throw new UnsupportedDocument("a hook");
      }
      case GZIP -> gzip(content);
      case UNKNOWN -> throw new UnsupportedDocument("content of no known kind");
      default -> known(kind, content);
    };
  }

  private Findings known(DocumentKind kind, Content content)
      throws IOException, UnsupportedDocument {
    return switch (kind) {
      case HTML, XML, TEXT -> {
        try (InputStream bytes = content.stream()) {
          yield text(kind, bytes);
        }
      }
      default -> guarded(kind, content);
    };
  }

  private Findings text(DocumentKind kind, InputStream bytes) throws IOException {
    int excerptChars = options.excerptChars();
    return switch (kind) {
      case HTML -> TextReader.html(bytes, excerptChars);
      case XML -> XmlText.read(bytes, budget, excerptChars);
      default -> TextReader.plain(bytes, excerptChars);
    };
  }

  /** Third-party readers throw all kinds of unchecked exceptions at damaged input. */
  private Findings guarded(DocumentKind kind, Content content)
      throws IOException, UnsupportedDocument {
    try {
      return structured(kind, content);
    } catch (Refusal | CancellationException meant) {
      throw meant;
    } catch (RuntimeException broken) {
      budget.verify();
      throw budget.refuse(Reason.FORMAT_DAMAGED, kind + ": " + broken);
    }
  }

  private Findings structured(DocumentKind kind, Content content)
      throws IOException, UnsupportedDocument {
    return switch (kind) {
      case PDF -> PdfReader.read(content, budget, options, progress);
      case PNG -> image(content, "png");
      case JPEG -> image(content, "jpeg");
      case GIF -> image(content, "gif");
      case BMP -> image(content, "bmp");
      case ZIP -> ZipReader.read(content, budget, options, progress);
      case GZIP, HOOK, HTML, XML, TEXT, UNKNOWN ->
          throw new IllegalArgumentException("no structured kind: " + kind);
    };
  }

  private Findings image(Content content, String format) throws IOException {
    return ImageReading.read(content, format, budget, options.previewSide(), progress);
  }

  /** Looks into what is packed, once: text and documents are read, archives only expanded. */
  private Findings gzip(Content content) throws IOException, UnsupportedDocument {
    try (InputStream packed = content.stream();
        InputStream bytes = budget.counted(new GZIPInputStream(packed, 64 * 1024))) {
      byte[] head = bytes.readNBytes(TextKind.LOOKED_AT);
      InputStream all = new SequenceInputStream(new ByteArrayInputStream(head), bytes);
      DocumentKind kind = DocumentKind.of(head);
      Findings inside =
          switch (kind) {
            case HTML, XML, TEXT -> text(kind, all);
            case PDF, PNG, JPEG, GIF, BMP -> guarded(kind, MemoryContent.of(all));
            case ZIP, GZIP, HOOK, UNKNOWN -> {
              bytes.transferTo(OutputStream.nullOutputStream());
              yield Findings.of("");
            }
          };
      return inside.withType("application/gzip");
    }
  }
}
