// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import portunus.example.inspector.Report;
import portunus.example.inspector.Size;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The shipped documents: real ones with what other programs say about them, hostile ones with what
 * they may lead to, and, if the set states one, a file with an odd name that exists only while the
 * demo runs.
 */
final class ShippedSet implements Judge, AutoCloseable {
  private static final String ODD_NAME = "odd-name.txt";

  private final Path corpus;
  private final Map<String, Expected> expected = new TreeMap<>();
  private final Map<String, HostileRow> hostile = new TreeMap<>();
  private final Map<String, List<String>> mismatches = new ConcurrentHashMap<>();
  private final Map<String, Boolean> asExpected = new ConcurrentHashMap<>();
  private final Map<String, Report> reports = new ConcurrentHashMap<>();
  private final Optional<OddFile> oddFile;

  /** A file that is made for a run, alone in a folder. */
  private record OddFile(Path folder, Path file) {
    String found() {
      return "hostile/" + file.getFileName();
    }
  }

  private ShippedSet(Path corpus, Optional<OddFile> oddFile) {
    this.corpus = corpus;
    this.oddFile = oddFile;
  }

  /** Reads the tables and makes the file with the odd name. */
  static ShippedSet open(Path corpus) throws IOException {
    ShippedSet set = new ShippedSet(corpus, oddFile(corpus.resolve("hostile").resolve(ODD_NAME)));
    for (JsonNode node : JsonMapper.shared().readTree(corpus.resolve("expected.json").toFile())) {
      Expected one = set.expected(node);
      set.expected.put("real/" + one.file(), one);
    }
    Files.readAllLines(corpus.resolve("hostile.tsv"), StandardCharsets.UTF_8).stream()
        .filter(line -> !line.startsWith("#") && !line.startsWith("file\t"))
        .map(HostileRow::parse)
        .forEach(row -> set.hostile.put("hostile/" + row.file(), row));
    return set;
  }

  private static Optional<OddFile> oddFile(Path stated) throws IOException {
    if (!Files.exists(stated)) {
      return Optional.empty();
    }
    Path folder = Files.createTempDirectory("portunus-demo-");
    Path odd = folder.resolve(statedEscaped(stated, "name="));
    Files.writeString(odd, statedEscaped(stated, "content="));
    return Optional.of(new OddFile(folder, odd));
  }

  private static String statedEscaped(Path file, String key) throws IOException {
    return Files.readString(file)
        .lines()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()).translateEscapes())
        .findFirst()
        .orElseThrow(() -> new IOException("no line with " + key + " in " + file));
  }

  private Expected expected(JsonNode node) {
    Optional<Integer> width = integer(node, "width");
    Optional<Integer> height = integer(node, "height");
    return new Expected(
        node.get("file").asString(),
        List.of(node.get("type").asString(), node.get("canonicalType").asString()),
        text(node, "title"),
        text(node, "author"),
        integer(node, "pages"),
        width.flatMap(w -> height.map(h -> new Size(w, h))),
        integer(node, "words").map(Long::valueOf),
        node.get("wordsTolerance").isNull() ? 0 : node.get("wordsTolerance").asDouble(),
        text(node, "preview").map(corpus::resolve));
  }

  private static Optional<String> text(JsonNode node, String field) {
    return node.get(field).isNull() ? Optional.empty() : Optional.of(node.get(field).asString());
  }

  private static Optional<Integer> integer(JsonNode node, String field) {
    return node.get(field).isNull() ? Optional.empty() : Optional.of(node.get(field).asInt());
  }

  /** Every document of the set. */
  List<Found> files() throws IOException {
    List<Found> files = new ArrayList<>();
    for (String folder : List.of("real", "hostile")) {
      try (Stream<Path> entries = Files.list(corpus.resolve(folder))) {
        entries
            .sorted(Comparator.naturalOrder())
            .map(path -> found(path, folder + "/" + path.getFileName()))
            .forEach(files::add);
      }
    }
    oddFile.ifPresent(odd -> files.add(found(odd.file(), odd.found())));
    return files;
  }

  private Optional<HostileRow> row(String name) {
    boolean odd = oddFile.map(OddFile::found).equals(Optional.of(name));
    return Optional.ofNullable(hostile.get(odd ? "hostile/" + ODD_NAME : name));
  }

  private static Found found(Path path, String name) {
    return new Found(path, name, Found.Kind.REGULAR, Found.Time.AT_START);
  }

  Map<String, Expected> expectations() {
    return expected;
  }

  Map<String, HostileRow> rows() {
    return hostile;
  }

  /** Real documents whose report was as expected. */
  long good() {
    return asExpected.entrySet().stream()
        .filter(e -> e.getKey().startsWith("real/") && e.getValue())
        .count();
  }

  /** Hostile documents that led to what they may lead to. */
  long handled() {
    return asExpected.entrySet().stream()
        .filter(e -> e.getKey().startsWith("hostile/") && e.getValue())
        .count();
  }

  /** What was not as expected, by document. */
  Map<String, List<String>> mismatches() {
    return new TreeMap<>(mismatches);
  }

  @Override
  public Duration deadline(Found found, Duration usual) {
    return row(found.name())
        .filter(row -> row.defence().equals("limit.time"))
        .map(row -> Duration.ofSeconds(row.standard().limit().orElseThrow()))
        .orElse(usual);
  }

  @Override
  public void reported(Found found, Report report) {
    row(found.name()).ifPresent(row -> reports.put(found.name(), report));
    Expected wanted = expected.get(found.name());
    if (wanted == null) {
      return;
    }
    try {
      mismatches.put(found.name(), wanted.differences(report));
    } catch (IOException failure) {
      mismatches.put(found.name(), List.of("the preview can't be read: " + failure.getMessage()));
    }
  }

  @Override
  public void ended(Result result) {
    String name = result.found().name();
    Optional<HostileRow> row = row(name);
    if (row.isPresent()) {
      Optional<Report> report = Optional.ofNullable(reports.get(name));
      mismatches.put(name, row.get().standard().violations(result, report));
    } else if (!expected.containsKey(name)) {
      mismatches.put(name, List.of("neither expected.json nor hostile.tsv knows it"));
    } else if (result.outcome() != Outcome.OK) {
      mismatches.put(name, List.of("ended with " + result.verdict() + ", not ok"));
    }
    asExpected.put(name, mismatches.getOrDefault(name, List.of("no report")).isEmpty());
    mismatches.computeIfPresent(name, (key, found) -> found.isEmpty() ? null : found);
  }

  @Override
  public void close() throws IOException {
    if (oddFile.isPresent()) {
      Files.deleteIfExists(oddFile.get().file());
      Files.deleteIfExists(oddFile.get().folder());
    }
  }
}
