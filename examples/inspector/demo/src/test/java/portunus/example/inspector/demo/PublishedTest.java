// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Documents of other people: each with source, licence and the bytes that were published. */
class PublishedTest {
  private static final Path CORPUS = HostileRun.CORPUS;
  private static final long MOST_BYTES = 300 << 10;
  private static final long MOST_IN_ALL = 4 << 20;

  private record Row(
      String folder, String file, String source, String path, String licence, String hash) {
    static Row of(String line) {
      String[] columns = line.split("\t", -1);
      return new Row(columns[0], columns[1], columns[2], columns[3], columns[4], columns[5]);
    }

    Path document() {
      return CORPUS.resolve(folder).resolve(file);
    }
  }

  private static List<Row> rows() throws IOException {
    return table("PUBLISHED.tsv")
        .map(Row::of)
        .filter(row -> !row.folder().equals("folder"))
        .toList();
  }

  private static Stream<String> table(String name) throws IOException {
    return Files.readAllLines(CORPUS.resolve(name)).stream().filter(line -> !line.startsWith("#"));
  }

  @Test
  void everyDocumentIsAsItWasPublished() throws Exception {
    long bytes = 0;
    for (Row row : rows()) {
      byte[] document = Files.readAllBytes(row.document());
      bytes += document.length;
      assertThat(document.length).as(row.file()).isLessThanOrEqualTo((int) MOST_BYTES);
      String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(document));
      assertThat(hash).as(row.file()).isEqualTo(row.hash());
      assertThat(row.source()).startsWith("https://");
      assertThat(row.path()).doesNotStartWith("/").isNotEmpty();
    }
    assertThat(bytes).isLessThan(MOST_IN_ALL);
  }

  @Test
  void thereAreFortyRealAndTwentyHostileOnes() throws IOException {
    assertThat(rows()).filteredOn(row -> row.folder().equals("real")).hasSizeGreaterThan(39);
    assertThat(rows()).filteredOn(row -> row.folder().equals("hostile")).hasSizeGreaterThan(19);
  }

  @Test
  void everyLicenceIsHere() throws IOException {
    for (Row row : rows()) {
      assertThat(
              row.licence().equals("Apache-2.0")
                  || Files.exists(CORPUS.resolve("licences").resolve(row.licence() + ".txt")))
          .as("%s of %s", row.licence(), row.file())
          .isTrue();
    }
  }

  @Test
  void everyRealDocumentSaysWhereItIsFrom() throws IOException {
    Set<String> known =
        Stream.concat(
                table("PROVENANCE.tsv").map(line -> line.substring(0, line.indexOf('\t'))),
                rows().stream().map(Row::file))
            .collect(Collectors.toCollection(TreeSet::new));
    try (Stream<Path> files = Files.list(CORPUS.resolve("real"))) {
      assertThat(files.map(file -> file.getFileName().toString())).isSubsetOf(known);
    }
  }
}
