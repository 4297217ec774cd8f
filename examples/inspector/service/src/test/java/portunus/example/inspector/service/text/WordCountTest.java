// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordCountTest {
  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "' \t\n', 0",
    "one, 1",
    "'one two', 2",
    "'one\u00a0two', 2",
    "'one\u2060two', 2",
    "'one\u200btwo', 1",
    "'\u0001 one', 1",
    "'\ud83d\ude00 \ud83d\ude00', 2",
    "'na\u00efve caf\u00e9', 2"
  })
  void countsAsWcDoes(String text, long words) {
    WordCount count = new WordCount(5);
    count.accept(text);
    assertThat(count.words()).isEqualTo(words);
  }

  @Test
  void excerptIsBoundedAndHasNoControls() {
    WordCount count = new WordCount(9);
    count.accept(" a\u001b[31m \n\n b\u0000c dddd eeee");
    assertThat(count.excerpt()).isEqualTo("a[31m bc");
    assertThat(count.words()).isEqualTo(4);
  }

  @Test
  void decodingMatchesTheWholeTextWhereverChunksEnd() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String[] parts = {"plain ", "\u00e9 ", "\ud83d\ude00", "\n", "wordword", "\u2003"};
    for (Charset charset :
        new Charset[] {StandardCharsets.UTF_8, StandardCharsets.UTF_16, StandardCharsets.UTF_16}) {
      StringBuilder text = new StringBuilder();
      while (text.length() < 40_000) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      WordCount whole = new WordCount(100);
      whole.accept(text);
      WordCount decoded =
          TextDecoder.decode(
              new ByteArrayInputStream(text.toString().getBytes(charset)), new WordCount(100));
      assertThat(decoded.words()).as("seed %d, %s", seed, charset).isEqualTo(whole.words());
      assertThat(decoded.excerpt()).as("seed %d", seed).isEqualTo(whole.excerpt());
    }
  }

  @Test
  void oneWrongByteAtTheEndMakesItLatin1() throws IOException {
    byte[] text = ("caf\u00e9 ".repeat(5000) + "x").getBytes(StandardCharsets.UTF_8);
    text[text.length - 1] = (byte) 0xe9;
    WordCount decoded = TextDecoder.decode(new ByteArrayInputStream(text), new WordCount(6));
    assertThat(decoded.excerpt()).isEqualTo("caf\u00c3\u00a9 ".strip());
    assertThat(decoded.words()).isEqualTo(5001);
  }
}
