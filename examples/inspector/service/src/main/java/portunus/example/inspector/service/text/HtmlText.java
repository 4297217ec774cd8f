// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.text;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of an HTML document, by a state machine that knows tags, comments, quoted attributes,
 * and that scripts and styles are no text. It builds no tree and follows nothing.
 *
 * <pre>
 * TEXT --&lt;--> TAG --&gt;--> TEXT, or RAW after script and style
 * TAG --quote--> QUOTED --same quote--> TAG
 * TAG --"!--"--> COMMENT --"--&gt;"--> TEXT
 * TEXT --&amp;--> ENTITY --;--> TEXT
 * RAW --"&lt;/name"--> TAG
 * </pre>
 */
public final class HtmlText implements CharSink.Forking<HtmlText> {
  private enum State {
    TEXT,
    TAG,
    QUOTED,
    COMMENT,
    ENTITY,
    RAW
  }

  private static final int MOST_TAG = 4096;
  private static final int MOST_TITLE = 1024;
  private static final int MOST_ENTITY = 32;
  private static final Set<String> INLINE =
      Set.of(
          "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em",
          "font", "i", "ins", "kbd", "mark", "nobr", "q", "s", "samp", "small", "span", "strike",
          "strong", "sub", "sup", "tt", "u", "var", "wbr");
  private static final Set<String> RAW_ELEMENTS = Set.of("script", "style");
  private static final Pattern ATTRIBUTE =
      Pattern.compile("([a-zA-Z:.-]++)\\s*+=\\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\\s\"'>]++))");

  private final WordCount words;
  private final StringBuilder tag = new StringBuilder();
  private final StringBuilder title = new StringBuilder();
  private final StringBuilder entity = new StringBuilder();
  private State state = State.TEXT;
  private char quote;
  private String rawEnd = "";
  private boolean inTitle;
  private Optional<String> author = Optional.empty();

  public HtmlText(int excerptChars) {
    this(new WordCount(excerptChars));
  }

  private HtmlText(WordCount words) {
    this.words = words;
  }

  @Override
  public HtmlText fork() {
    HtmlText other = new HtmlText(words.fork());
    other.tag.append(tag);
    other.title.append(title);
    other.entity.append(entity);
    other.state = state;
    other.quote = quote;
    other.rawEnd = rawEnd;
    other.inTitle = inTitle;
    other.author = author;
    return other;
  }

  public WordCount words() {
    return words;
  }

  public Optional<String> title() {
    String collapsed = title.toString().strip().replaceAll("\\s+", " ");
    return collapsed.isEmpty() ? Optional.empty() : Optional.of(collapsed);
  }

  public Optional<String> author() {
    return author;
  }

  @Override
  public void accept(char[] characters, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      step(characters[i]);
    }
  }

  private void step(char c) {
    switch (state) {
      case TEXT -> inText(c);
      case TAG -> inTag(c);
      case QUOTED -> inQuoted(c);
      case COMMENT -> inComment(c);
      case ENTITY -> inEntity(c);
      case RAW -> inRaw(c);
    }
  }

  private void inText(char c) {
    if (c == '<') {
      state = State.TAG;
      tag.setLength(0);
    } else if (c == '&') {
      state = State.ENTITY;
      entity.setLength(0);
    } else {
      emit(c);
    }
  }

  private void inTag(char c) {
    if (tag.isEmpty() && !Character.isLetter(c) && c != '/' && c != '!' && c != '?') {
      emit('<');
      state = State.TEXT;
      inText(c);
    } else if (c == '>') {
      endTag();
    } else {
      keep(tag, c, MOST_TAG);
      if ((c == '"' || c == '\'') && tag.charAt(0) != '!') {
        quote = c;
        state = State.QUOTED;
      } else if (c == '-' && tag.length() == 3 && tag.toString().equals("!--")) {
        state = State.COMMENT;
        tag.setLength(0);
      }
    }
  }

  private void inQuoted(char c) {
    keep(tag, c, MOST_TAG);
    if (c == quote) {
      state = State.TAG;
    }
  }

  private void inComment(char c) {
    if (c == '>' && tag.length() == 2) {
      state = State.TEXT;
    } else if (c != '-') {
      tag.setLength(0);
    } else if (tag.length() < 2) {
      tag.append(c);
    }
  }

  private void inEntity(char c) {
    if (Character.isLetterOrDigit(c) || (c == '#' && entity.isEmpty())) {
      keep(entity, c, MOST_ENTITY);
      return;
    }
    state = State.TEXT;
    int point = HtmlEntities.character(entity.toString());
    if (point != 0) {
      for (char part : Character.toChars(point)) {
        emit(part);
      }
    } else {
      emit('&');
      entity.chars().forEach(part -> emit((char) part));
    }
    if (c != ';' || point == 0) {
      inText(c);
    }
  }

  private void inRaw(char c) {
    keep(tag, c, MOST_TAG);
    if (c == '<') {
      tag.setLength(0);
      tag.append(c);
    } else if (tag.length() == rawEnd.length()
        && tag.toString().toLowerCase(Locale.ROOT).equals(rawEnd)) {
      tag.deleteCharAt(0);
      state = State.TAG;
    }
  }

  private void endTag() {
    state = State.TEXT;
    boolean closing = !tag.isEmpty() && tag.charAt(0) == '/';
    int end = closing ? 1 : 0;
    while (end < tag.length() && Character.isLetterOrDigit(tag.charAt(end))) {
      end++;
    }
    String name = tag.substring(closing ? 1 : 0, end).toLowerCase(Locale.ROOT);
    if (!INLINE.contains(name)) {
      words.endWord();
    }
    if (name.equals("title")) {
      inTitle = !closing && title.isEmpty();
    } else if (name.equals("meta")) {
      meta();
    } else if (RAW_ELEMENTS.contains(name) && !closing && tag.charAt(tag.length() - 1) != '/') {
      state = State.RAW;
      rawEnd = "</" + name;
      tag.setLength(0);
    }
  }

  private void meta() {
    String name = "";
    String content = "";
    Matcher matcher = ATTRIBUTE.matcher(tag);
    while (matcher.find()) {
      String value =
          Optional.ofNullable(matcher.group(2))
              .or(() -> Optional.ofNullable(matcher.group(3)))
              .orElse(matcher.group(4));
      switch (matcher.group(1).toLowerCase(Locale.ROOT)) {
        case "name" -> name = value;
        case "content" -> content = value;
        default -> {}
      }
    }
    if (author.isEmpty() && name.equalsIgnoreCase("author") && !content.isBlank()) {
      author = Optional.of(content.strip());
    }
  }

  private void emit(char c) {
    if (inTitle) {
      keep(title, c, MOST_TITLE);
    } else {
      words.accept(c);
    }
  }

  private static void keep(StringBuilder builder, char c, int most) {
    if (builder.length() < most) {
      builder.append(c);
    }
  }
}
