// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.conformance.Conformance;
import org.portunus.conformance.Project;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The documents of the project become pages in which every link leads somewhere. */
class DocumentsTest {
  private static Site site =
      new Site(Map.of(), new SiteReport(0, 0, 0, 0, List.of(), 0, 0, 0, List.of()));

  @TempDir Path folder;

  @BeforeAll
  static void make() throws Exception {
    assumeThat(System.getProperty("portunus.dist"))
        .as("needs the built distribution: run by ./portunus test")
        .isNotNull();
    site = Site.of(Project.root(), new Verbs(Project.root(), Conformance.helps()));
  }

  @Test
  void noDocumentHasAProblem() {
    assertThat(site.report().problems()).as(String.join("\n", site.report().text())).isEmpty();
  }

  @Test
  void everyDocumentAndCommandIsCounted() {
    SiteReport report = site.report();
    System.out.println(String.join("\n", report.text()));
    assertThat(report.documents()).isGreaterThan(20);
    assertThat(report.within()).isGreaterThan(60);
    assertThat(report.run()).hasSizeGreaterThan(4);
    assertThat(report.sentences()).isGreaterThan(40);
    assertThat(report.blocks()).hasSize(report.run().size() + report.checked().size());
    assertThat(report.json()).contains("\"problems\" : [ ]");
  }

  /** Looks at what was written as a browser would, and shares no code with what wrote it. */
  @Test
  void everyAddressInEveryWrittenPageIsThere() throws Exception {
    site.write(folder);
    List<Path> files;
    try (var all = Files.walk(folder)) {
      files = all.filter(file -> file.toString().endsWith(".html")).toList();
    }
    Map<Path, Element> pages = new TreeMap<>();
    Map<Path, TreeSet<String>> ids = new TreeMap<>();
    for (Path file : files) {
      Element page = parse(file);
      pages.put(file.normalize(), page);
      TreeSet<String> own = new TreeSet<>();
      elements(page, "*").stream().map(one -> one.getAttribute("id")).forEach(own::add);
      ids.put(file.normalize(), own);
    }
    List<String> dead = new ArrayList<>();
    TreeSet<Path> reached = new TreeSet<>();
    pages.forEach((file, page) -> {
      for (Element element : elements(page, "*")) {
        String address = element.getAttribute("href");
        if (address.isEmpty() || address.matches("(https?|mailto):.*")) {
          continue;
        }
        String[] parts = address.split("#", 2);
        Path target = parts[0].isEmpty() ? file : file.resolveSibling(parts[0]).normalize();
        reached.add(target);
        boolean there = Files.isRegularFile(target);
        boolean isPlace = parts.length > 1;
        if (!there || (isPlace && !ids.getOrDefault(target, new TreeSet<>()).contains(parts[1]))) {
          dead.add(file + ": " + address);
        }
      }
      assertThat(elements(page, "script")).isEmpty();
    });
    assertThat(dead).isEmpty();
    assertThat(pages.keySet()).hasSizeGreaterThan(20);
    TreeSet<Path> unreached = new TreeSet<>(pages.keySet());
    unreached.removeAll(reached);
    assertThat(unreached).isEmpty();
  }

  private static Element parse(Path file) throws Exception {
    DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    return builder
        .parse(new InputSource(new StringReader(Files.readString(file))))
        .getDocumentElement();
  }

  private static List<Element> elements(Element page, String name) {
    NodeList found = page.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }
}
