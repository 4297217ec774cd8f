// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.text;

/**
 * Counts words as {@code wc -w} of GNU coreutils does in a UTF-8 locale: runs of printable
 * characters between white space, where no-break spaces are white space too. Keeps the beginning as
 * an excerpt, with each white space run as one space and no control characters.
 */
public final class WordCount implements CharSink.Forking<WordCount> {
  private final StringBuilder excerpt = new StringBuilder();
  private final int excerptChars;
  private long words;
  private boolean inWord;
  private boolean gap;
  private int highSurrogate;

  public WordCount(int excerptChars) {
    this.excerptChars = excerptChars;
  }

  @Override
  public WordCount fork() {
    WordCount other = new WordCount(excerptChars);
    other.excerpt.append(excerpt);
    other.words = words;
    other.inWord = inWord;
    other.gap = gap;
    other.highSurrogate = highSurrogate;
    return other;
  }

  public long words() {
    return words;
  }

  public String excerpt() {
    return excerpt.toString();
  }

  /** Ends the word at hand, as white space would. */
  public void endWord() {
    inWord = false;
    gap = true;
  }

  @Override
  public void accept(char[] characters, int offset, int length) {
    int i = offset;
    while (i < offset + length && excerpt.length() < excerptChars) {
      accept(characters[i]);
      i++;
    }
    for (; i < offset + length; i++) {
      char c = characters[i];
      if (c > ' ' && c < 127 && highSurrogate == 0) {
        words += inWord ? 0 : 1;
        inWord = true;
      } else {
        accept(c);
      }
    }
  }

  /** Takes one character. */
  public void accept(char c) {
    if (Character.isHighSurrogate(c)) {
      highSurrogate = c;
    } else if (Character.isLowSurrogate(c)) {
      if (highSurrogate != 0) {
        point(Character.toCodePoint((char) highSurrogate, c));
      }
      highSurrogate = 0;
    } else {
      highSurrogate = 0;
      point(c);
    }
  }

  private void point(int point) {
    if (isSpace(point)) {
      endWord();
    } else if (isPrintable(point)) {
      if (!inWord) {
        words++;
        inWord = true;
      }
      excerpt(point);
    }
  }

  private void excerpt(int point) {
    int room = excerptChars - excerpt.length();
    if (room <= 0) {
      return;
    }
    boolean space = gap && !excerpt.isEmpty();
    if (Character.charCount(point) + (space ? 1 : 0) > room) {
      return;
    }
    if (space) {
      excerpt.append(' ');
    }
    gap = false;
    excerpt.appendCodePoint(point);
  }

  private static boolean isSpace(int point) {
    return point < 128
        ? point == ' ' || (point >= '\t' && point <= '\r')
        : Character.isWhitespace(point) || Character.isSpaceChar(point) || point == 0x2060;
  }

  private static boolean isPrintable(int point) {
    if (point < 128) {
      return point > ' ' && point < 127;
    }
    int type = Character.getType(point);
    return type != Character.CONTROL && type != Character.SURROGATE && type != Character.UNASSIGNED;
  }
}
