// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.archive;

import portunus.example.inspector.service.markup.BoundedXml;
import portunus.example.inspector.service.text.WordCount;

/** The values of a sheet that stand in its cells: numbers and inline strings, not shared ones. */
final class SheetText implements BoundedXml.Listener {
  private final WordCount words;
  private boolean shared;
  private boolean inValue;

  SheetText(WordCount words) {
    this.words = words;
  }

  @Override
  public void start(BoundedXml.Element element) {
    switch (element.name()) {
      case "c" -> {
        shared = element.attribute("t").orElse("").equals("s");
        words.endWord();
      }
      case "v", "t" -> inValue = !shared;
      default -> {}
    }
  }

  @Override
  public void end(String localName) {
    inValue = false;
  }

  @Override
  public void accept(char[] characters, int offset, int length) {
    if (inValue) {
      words.accept(characters, offset, length);
    }
  }
}
