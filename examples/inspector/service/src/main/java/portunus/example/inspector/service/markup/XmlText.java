// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.markup;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Set;
import portunus.example.inspector.service.content.Budget;
import portunus.example.inspector.service.content.Findings;
import portunus.example.inspector.service.text.WordCount;

/**
 * An XML document: its type by the root element, its text. In XHTML only the body is text and only
 * blocks end a word; in other XML each tag does.
 */
public final class XmlText implements BoundedXml.Listener {
  private static final Set<String> BLOCKS =
      Set.of(
          "p",
          "h1",
          "h2",
          "h3",
          "h4",
          "h5",
          "h6",
          "td",
          "th",
          "li",
          "dt",
          "dd",
          "div",
          "br",
          "hr",
          "tr",
          "table",
          "ul",
          "ol",
          "dl",
          "pre",
          "blockquote",
          "body",
          "section",
          "caption");
  private static final Set<String> SILENT = Set.of("script", "style");
  private static final int MOST_TITLE = 1024;

  private final WordCount words;
  private final StringBuilder title = new StringBuilder();
  private Optional<String> author = Optional.empty();
  private String root = "";
  private boolean inTitle;
  private boolean inBody;
  private int silent;

  private XmlText(int excerptChars) {
    words = new WordCount(excerptChars);
  }

  /** Reads a whole document. */
  public static Findings read(InputStream bytes, Budget budget, int excerptChars)
      throws IOException {
    XmlText text = new XmlText(excerptChars);
    BoundedXml.read(bytes, budget, text);
    String stated = text.title.toString().strip().replaceAll("\\s+", " ");
    return Findings.of(text.type())
        .withTitle(Optional.of(stated), text.author)
        .withText(text.words.words(), text.words.excerpt());
  }

  private String type() {
    return switch (root) {
      case "html" -> "application/xhtml+xml";
      case "svg" -> "image/svg+xml";
      default -> "application/xml";
    };
  }

  private boolean isHtml() {
    return root.equals("html");
  }

  @Override
  public void start(BoundedXml.Element element) {
    String name = element.name();
    if (element.depth() == 1) {
      root = name;
    }
    if (!isHtml()) {
      inTitle = root.equals("svg") && element.depth() == 2 && name.equals("title");
      words.endWord();
      return;
    }
    switch (name) {
      case "title" -> inTitle = !inBody;
      case "body" -> inBody = true;
      case "meta" -> meta(element);
      default -> {
        if (SILENT.contains(name)) {
          silent++;
        }
      }
    }
    endWordAt(name);
  }

  private void meta(BoundedXml.Element element) {
    String name = element.attribute("name").orElse("");
    if (author.isEmpty()
        && (name.equalsIgnoreCase("author") || name.equalsIgnoreCase("DCTERMS.creator"))) {
      author = element.attribute("content").filter(value -> !value.isBlank());
    }
  }

  @Override
  public void end(String name) {
    if (!isHtml()) {
      inTitle = false;
      words.endWord();
      return;
    }
    if (name.equals("title")) {
      inTitle = false;
    } else if (SILENT.contains(name)) {
      silent--;
    }
    endWordAt(name);
  }

  private void endWordAt(String name) {
    if (BLOCKS.contains(name)) {
      words.endWord();
    }
  }

  @Override
  public void accept(char[] characters, int offset, int length) {
    if (inTitle) {
      title.append(characters, offset, Math.min(length, MOST_TITLE - title.length()));
    }
    if (!isHtml() || (inBody && silent == 0)) {
      words.accept(characters, offset, length);
    }
  }
}
