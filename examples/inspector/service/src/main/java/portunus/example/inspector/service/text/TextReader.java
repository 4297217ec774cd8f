// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import portunus.example.inspector.service.content.Findings;

/** Plain text and HTML as documents. */
public final class TextReader {
  private TextReader() {}

  public static Findings plain(InputStream bytes, int excerptChars) throws IOException {
    WordCount words = TextDecoder.decode(bytes, new WordCount(excerptChars));
    return Findings.of("text/plain").withText(words.words(), words.excerpt());
  }

  public static Findings html(InputStream bytes, int excerptChars) throws IOException {
    HtmlText html = TextDecoder.decode(bytes, new HtmlText(excerptChars));
    Optional<String> title = html.title();
    return Findings.of("text/html")
        .withTitle(title, html.author())
        .withText(html.words().words(), html.words().excerpt());
  }
}
