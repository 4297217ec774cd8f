// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HtmlTextTest {
  private static HtmlText read(String html) {
    HtmlText text = new HtmlText(100);
    text.accept(html);
    return text;
  }

  @ParameterizedTest
  @CsvSource({
    "'a<b>b</b>c', 1, 'abc'",
    "'a<p>b', 2, 'a b'",
    "'a<br>b', 2, 'a b'",
    "'a &lt; b', 3, 'a < b'",
    "'a & b', 3, 'a & b'",
    "'x&nbsp;y', 2, 'x y'",
    "'&#65;&#x42;', 1, 'AB'",
    "'1 < 2', 3, '1 < 2'",
    "'a<!-- <p> no --->b', 1, 'ab'",
    "'a<script>if (a<b) x;</script>b', 2, 'a b'",
    "'a<style>p {}</STYLE>b', 2, 'a b'",
    "'<img alt=\">\">a', 1, 'a'",
    "'a<unclosed', 1, 'a'"
  })
  void findsTheText(String html, long words, String excerpt) {
    HtmlText text = read(html);
    assertThat(text.words().excerpt()).isEqualTo(excerpt);
    assertThat(text.words().words()).isEqualTo(words);
  }

  @Test
  void findsTitleAndAuthor() {
    HtmlText text =
        read(
            "<html><head><title> A\n title &amp; more </title>"
                + "<meta content='An Author' name=author></head><body>text");
    assertThat(text.title()).contains("A title & more");
    assertThat(text.author()).contains("An Author");
    assertThat(text.words().words()).isEqualTo(1);
  }

  @Test
  void forgetsWhatIsTooLong() {
    HtmlText text =
        read("<title>" + "t".repeat(100_000) + "</title><p " + "x".repeat(100_000) + ">a");
    assertThat(text.title().orElseThrow()).hasSize(1024);
    assertThat(text.words().words()).isEqualTo(1);
  }
}
