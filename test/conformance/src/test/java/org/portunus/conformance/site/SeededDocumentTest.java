// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.portunus.conformance.Conformance;
import org.portunus.conformance.Project;

/** One thing wrong in a document is found, with its line. */
class SeededDocumentTest {
  private static final String NAME = "docs/seeded.md";
  private static final String RIGHT =
      """
      # A page

      See [the page](#a-page), [caveats](../CAVEATS.md), [own parts](../sys/abi),
      [protocols](protocol) and [the web](https://example.org/a?b#c).

      ```sh run with greeter
      ./portunus xpc describe example.greeter   # a comment --with=this
      cd ~ && ./portunus logs -f | head \\
        -n 1
      ```

      Also `./portunus demo [FOLDER] --json FILE`, `links --relay SERVICE` and `portunus.conf`.
      """;

  private static List<Verbs> verbs = List.of();

  @BeforeAll
  static void verbs() {
    assumeThat(System.getProperty("portunus.dist"))
        .as("needs the built distribution: run by ./portunus test")
        .isNotNull();
    verbs = List.of(new Verbs(Project.root(), Conformance.helps()));
  }

  private static SiteReport report(String text) throws Exception {
    List<Document> documents =
        List.of(
            Document.parse("CAVEATS.md", "# Caveats\n"),
            Document.parse("docs/protocol/link.md", "# Links\n"),
            Document.parse(NAME, text));
    return Site.of(Project.root(), documents, verbs.getFirst()).report();
  }

  @Test
  void nothingIsWrongWithARightDocument() throws Exception {
    SiteReport report = report(RIGHT);
    assertThat(report.problems()).isEmpty();
    assertThat(report.within()).isEqualTo(4);
    assertThat(report.anchors()).isOne();
    assertThat(report.outside()).isOne();
    assertThat(report.lines()).isEqualTo(2);
    assertThat(report.sentences()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3  | (#a-page)         | (#no-page)          | has the anchor #no-page
          3  | ../CAVEATS.md     | ../CAVEAT.md        | leads to nothing
          3  | ../CAVEATS.md     | ../CAVEATS.md#gone  | has the anchor #gone
          3  | ../sys/abi        | ../sys/abj          | leads to nothing
          3  | ../sys/abi        | ../../sys/abi       | leads out of the project
          3  | ../sys/abi        | ../sys/abi#layouts  | an anchor in what is no page
          4  | https://example.org/ | https:///        | no address
          4  | https:            | gopher:             | no address of the web
          6  | sh run with greeter | sh                | does not say
          6  | sh run with greeter | sh check:         | does not say
          6  | sh run with greeter | console           | commands are fenced as sh
          6  | sh run with greeter | basic             | a block's language
          6  | describe          | explain             | there is no verb xpc explain
          6  | logs -f           | logz -f             | there is no verb logz
          6  | logs -f           | logs --follow-all   | has no option --follow-all
          12 | demo [            | demos [             | there is no verb demos
          12 | --json FILE       | --jason FILE        | demo has no option --jason
          12 | links --relay     | links --replay      | links has no option --replay
          """)
  void whatIsWrongIsFound(int line, String right, String wrong, String said) throws Exception {
    assertThat(RIGHT).contains(right);
    List<Problem> problems = report(RIGHT.replace(right, wrong)).problems();
    assertThat(problems).hasSize(1);
    assertThat(problems.getFirst().text()).contains(said);
    assertThat(problems.getFirst().document()).isEqualTo(NAME);
    assertThat(problems.getFirst().line()).isEqualTo(line);
  }

  @Test
  void commandsThatAreIndentedAreFound() throws Exception {
    assertThat(report("# A page\n\n    ./portunus demo\n").problems()).hasSize(1);
    assertThat(report("# A page\n\n    jobs = /srv/jobs\n").problems()).isEmpty();
  }
}
