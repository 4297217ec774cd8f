// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.archive;

import java.util.Set;
import portunus.example.inspector.service.markup.BoundedXml;
import portunus.example.inspector.service.text.WordCount;

/**
 * The running text in one XML part of an Office document. Which elements hold text, which end a
 * word and which are left out differs by {@link Vocabulary}.
 */
final class OfficeText implements BoundedXml.Listener {
  /**
   * What the element names of a format mean. Empty {@code text} says that text is everywhere.
   *
   * @param root the element inside which text counts; empty for everywhere
   * @param text elements whose characters are text
   * @param ends elements whose start and end end a word
   * @param silent elements that are left out with all inside
   */
  record Vocabulary(Set<String> root, Set<String> text, Set<String> ends, Set<String> silent) {
    static final Vocabulary WORD =
        new Vocabulary(
            Set.of(),
            Set.of("t"),
            Set.of("p", "tab", "br", "cr", "tc"),
            Set.of("Fallback", "instrText", "delText", "del"));
    static final Vocabulary SLIDE =
        new Vocabulary(Set.of(), Set.of("t"), Set.of("p", "br", "tc"), Set.of("Fallback"));
    static final Vocabulary SHEET_STRINGS =
        new Vocabulary(Set.of(), Set.of("t"), Set.of("si"), Set.of("rPh"));
    static final Vocabulary OPEN_DOCUMENT =
        new Vocabulary(
            Set.of("text", "spreadsheet", "presentation", "drawing"),
            Set.of(),
            Set.of("p", "h", "s", "tab", "line-break", "table-cell"),
            Set.of(
                "annotation",
                "tracked-changes",
                "notes",
                "settings",
                "sequence-decls",
                "forms",
                "shapes"));
  }

  private final Vocabulary vocabulary;
  private final WordCount words;
  private boolean inRoot;
  private int inText;
  private int silent;

  OfficeText(Vocabulary vocabulary, WordCount words) {
    this.vocabulary = vocabulary;
    this.words = words;
  }

  @Override
  public void start(BoundedXml.Element element) {
    String name = element.name();
    if (silent > 0 || vocabulary.silent().contains(name)) {
      silent++;
    }
    if (element.depth() == 3) {
      inRoot = vocabulary.root().contains(name);
    }
    if (vocabulary.text().contains(name)) {
      inText++;
    }
    endWordAt(name);
  }

  @Override
  public void end(String name) {
    silent = Math.max(0, silent - 1);
    if (vocabulary.text().contains(name)) {
      inText--;
    }
    endWordAt(name);
  }

  private void endWordAt(String name) {
    if (vocabulary.ends().contains(name)) {
      words.endWord();
    }
  }

  @Override
  public void accept(char[] characters, int offset, int length) {
    boolean inside = vocabulary.root().isEmpty() || inRoot;
    boolean text = vocabulary.text().isEmpty() || inText > 0;
    if (inside && text && silent == 0) {
      words.accept(characters, offset, length);
    }
  }
}
