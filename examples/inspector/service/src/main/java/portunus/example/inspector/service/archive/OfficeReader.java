// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import portunus.example.inspector.service.archive.OfficeText.Vocabulary;
import portunus.example.inspector.service.content.Budget;
import portunus.example.inspector.service.content.Findings;
import portunus.example.inspector.service.markup.BoundedXml;
import portunus.example.inspector.service.markup.ElementText;
import portunus.example.inspector.service.text.WordCount;

/** Office Open XML (ECMA-376) and OpenDocument (ISO 26300): properties and running text. */
final class OfficeReader {
  private static final String OOXML = "application/vnd.openxmlformats-officedocument.";
  private static final Pattern SLIDE = Pattern.compile("ppt/slides/slide[0-9]+\\.xml");
  private static final Pattern SHEET = Pattern.compile("xl/worksheets/sheet[0-9]+\\.xml");

  private final ZipDirectory zip;
  private final Budget budget;
  private final WordCount words;

  OfficeReader(ZipDirectory zip, Budget budget, int excerptChars) {
    this.zip = zip;
    this.budget = budget;
    words = new WordCount(excerptChars);
  }

  /** A word processor's, presentation or spreadsheet document; empty if it is none of these. */
  Optional<Findings> openXml() throws IOException {
    if (zip.find("[Content_Types].xml").isEmpty()) {
      return Optional.empty();
    }
    if (zip.find("word/document.xml").isPresent()) {
      read("word/document.xml", Vocabulary.WORD);
      return Optional.of(withCoreProperties(OOXML + "wordprocessingml.document"));
    }
    if (zip.find("ppt/presentation.xml").isPresent()) {
      for (String slide : numbered(SLIDE)) {
        read(slide, Vocabulary.SLIDE);
        words.endWord();
      }
      return Optional.of(withCoreProperties(OOXML + "presentationml.presentation"));
    }
    if (zip.find("xl/workbook.xml").isPresent()) {
      read("xl/sharedStrings.xml", Vocabulary.SHEET_STRINGS);
      for (String sheet : numbered(SHEET)) {
        readXml(sheet, new SheetText(words));
      }
      return Optional.of(withCoreProperties(OOXML + "spreadsheetml.sheet"));
    }
    return Optional.empty();
  }

  /** An OpenDocument of the type that its own mimetype entry states. */
  Findings openDocument(String type) throws IOException {
    ElementText meta =
        new ElementText(
            Set.of("title", "initial-creator", "creator"), Set.of("page-count", "table-count"));
    readXml("meta.xml", meta);
    read("content.xml", Vocabulary.OPEN_DOCUMENT);
    boolean sheet = type.endsWith("spreadsheet");
    return Findings.of(type)
        .withTitle(meta.text("title"), meta.text("initial-creator").or(() -> meta.text("creator")))
        .withPages(ElementText.count(meta.attribute(sheet ? "table-count" : "page-count")))
        .withText(words.words(), words.excerpt());
  }

  private Findings withCoreProperties(String type) throws IOException {
    ElementText core = new ElementText(Set.of("title", "creator"), Set.of());
    readXml("docProps/core.xml", core);
    ElementText app = new ElementText(Set.of("Pages", "Slides"), Set.of());
    readXml("docProps/app.xml", app);
    return Findings.of(type)
        .withTitle(core.text("title"), core.text("creator"))
        .withPages(ElementText.count(app.text("Pages").or(() -> app.text("Slides"))))
        .withText(words.words(), words.excerpt());
  }

  private List<String> numbered(Pattern pattern) {
    return zip.entries().stream()
        .map(ZipEntryRecord::name)
        .filter(pattern.asMatchPredicate())
        .sorted(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  private void read(String part, Vocabulary vocabulary) throws IOException {
    readXml(part, new OfficeText(vocabulary, words));
  }

  private void readXml(String part, BoundedXml.Listener listener) throws IOException {
    Optional<ZipEntryRecord> entry = zip.find(part);
    if (entry.isPresent()) {
      try (InputStream bytes = zip.open(entry.get())) {
        BoundedXml.read(bytes, budget, listener);
      }
    }
  }
}
