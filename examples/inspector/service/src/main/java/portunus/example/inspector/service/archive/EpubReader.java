// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import portunus.example.inspector.Reason;
import portunus.example.inspector.Report;
import portunus.example.inspector.service.content.Budget;
import portunus.example.inspector.service.content.Findings;
import portunus.example.inspector.service.markup.BoundedXml;
import portunus.example.inspector.service.markup.ElementText;
import portunus.example.inspector.service.markup.XmlText;

/** EPUB 3: the package document's title and creator, and the text of the spine. */
final class EpubReader {
  static final String TYPE = "application/epub+zip";

  private final ZipDirectory zip;
  private final Budget budget;
  private final int excerptChars;

  EpubReader(ZipDirectory zip, Budget budget, int excerptChars) {
    this.zip = zip;
    this.budget = budget;
    this.excerptChars = excerptChars;
  }

  Findings read() throws IOException {
    ElementText container = new ElementText(Set.of(), Set.of("full-path"));
    readXml("META-INF/container.xml", container);
    String opf = container.attribute("full-path").orElse("");
    ElementText properties = new ElementText(Set.of("title", "creator"), Set.of());
    readXml(opf, properties);
    Spine spine = new Spine();
    readXml(opf, spine);
    long words = 0;
    StringBuilder excerpt = new StringBuilder();
    String folder = opf.substring(0, opf.lastIndexOf('/') + 1);
    for (String part : spine.parts()) {
      Optional<ZipEntryRecord> entry = zip.find(folder + part);
      if (entry.isPresent()) {
        try (InputStream bytes = zip.open(entry.get())) {
          Report report = XmlText.read(bytes, budget, excerptChars).report();
          words += report.words();
          if (excerpt.isEmpty()) {
            excerpt.append(report.excerpt());
          }
        }
      }
    }
    return Findings.of(TYPE)
        .withTitle(properties.text("title"), properties.text("creator"))
        .withText(words, excerpt.toString());
  }

  private void readXml(String part, BoundedXml.Listener listener) throws IOException {
    ZipEntryRecord entry =
        zip.find(part)
            .orElseThrow(() -> budget.refuse(Reason.FORMAT_DAMAGED, "EPUB: no package document"));
    try (InputStream bytes = zip.open(entry)) {
      BoundedXml.read(bytes, budget, listener);
    }
  }

  /** Manifest and spine of the package document: which parts are read, in what order. */
  private static final class Spine implements BoundedXml.Listener {
    private final Map<String, String> manifest = new HashMap<>();
    private final List<String> order = new ArrayList<>();

    List<String> parts() {
      return order.stream().distinct().map(id -> manifest.getOrDefault(id, "")).toList();
    }

    @Override
    public void start(BoundedXml.Element element) {
      if (element.name().equals("item")) {
        element
            .attribute("id")
            .ifPresent(id -> manifest.put(id, element.attribute("href").orElse("")));
      } else if (element.name().equals("itemref")) {
        element.attribute("idref").ifPresent(order::add);
      }
    }

    @Override
    public void end(String localName) {}

    @Override
    public void accept(char[] characters, int offset, int length) {}
  }
}
