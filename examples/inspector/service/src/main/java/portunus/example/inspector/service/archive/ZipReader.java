// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import portunus.example.inspector.Options;
import portunus.example.inspector.Stage;
import portunus.example.inspector.service.content.Budget;
import portunus.example.inspector.service.content.Content;
import portunus.example.inspector.service.content.Findings;
import portunus.example.inspector.service.content.Progress;
import portunus.example.inspector.service.text.WordCount;

/**
 * What begins as a zip archive: an Office document, an EPUB, a jar or an archive. Of a mere archive
 * every entry is expanded once, so that sizes and checksums are known to be right; its words are
 * those of its text entries, its excerpt the names.
 */
public final class ZipReader {
  private static final String OPEN_DOCUMENT = "application/vnd.oasis.opendocument.";
  private static final int MOST_TYPE = 256;

  private ZipReader() {}

  public static Findings read(Content content, Budget budget, Options options, Progress progress)
      throws IOException {
    ZipDirectory zip = ZipDirectory.read(content, budget);
    String stated = statedType(zip);
    if (stated.equals(EpubReader.TYPE)) {
      return new EpubReader(zip, budget, options.excerptChars()).read();
    }
    OfficeReader office = new OfficeReader(zip, budget, options.excerptChars());
    if (stated.startsWith(OPEN_DOCUMENT)) {
      return office.openDocument(stated);
    }
    Optional<Findings> openXml = office.openXml();
    return openXml.isPresent() ? openXml.get() : archive(zip, options, progress);
  }

  private static String statedType(ZipDirectory zip) throws IOException {
    Optional<ZipEntryRecord> entry = zip.find("mimetype").filter(ZipEntryRecord::isReadable);
    if (entry.isEmpty() || entry.get().size() > MOST_TYPE) {
      return "";
    }
    try (InputStream bytes = zip.open(entry.get())) {
      String type = new String(bytes.readNBytes(MOST_TYPE), StandardCharsets.US_ASCII).strip();
      return type.matches("[a-z]+/[a-z0-9.+-]+") ? type : "";
    }
  }

  private static Findings archive(ZipDirectory zip, Options options, Progress progress)
      throws IOException {
    WordCount names = new WordCount(options.excerptChars());
    long words = 0;
    long done = 0;
    for (ZipEntryRecord entry : zip.entries()) {
      names.accept(entry.name());
      names.endWord();
      if (entry.isReadable()) {
        words += words(zip, entry);
      }
      done++;
      progress.reached(Stage.ENTRIES, done, zip.entries().size());
    }
    boolean jar = zip.find("META-INF/MANIFEST.MF").isPresent();
    return Findings.of(jar ? "application/java-archive" : "application/zip")
        .withText(words, names.excerpt());
  }

  private static long words(ZipDirectory zip, ZipEntryRecord entry) throws IOException {
    try (InputStream bytes = zip.open(entry)) {
      return PackedText.words(bytes);
    }
  }
}
