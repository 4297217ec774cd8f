// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The pages of a project's documents.
 *
 * @param pages text by path below the site's folder, the style sheet among them
 */
public record Site(Map<String, String> pages, SiteReport report) {
  /** Name of the suite that {@code ./portunus conformance} knows it by. */
  public static final String NAME = "site";

  /** Makes every page of the documents below a folder. */
  public static Site of(Path root, Verbs verbs) throws IOException {
    return of(root, Document.of(root), verbs);
  }

  static Site of(Path root, List<Document> documents, Verbs verbs) throws IOException {
    Commands commands = new Commands(verbs);
    documents.forEach(commands::look);
    Links links = new Links(root, documents);
    documents.forEach(links::rewrite);
    String template = Html.resource("page.html");
    Map<String, String> pages = new TreeMap<>();
    for (Document document : documents) {
      String path = document.page();
      String navigation = Html.navigation(path, documents);
      pages.put(
          path,
          Html.page(
              template, path, document.title(), document.path(), document.html(), navigation));
    }
    for (String folder : links.folders()) {
      String path = folder + "/index.html";
      String list = Html.listing(folder, path, documents);
      pages.put(
          path, Html.page(template, path, folder, folder, list, Html.navigation(path, documents)));
    }
    links.checkAnchors(pages);
    pages.put(Html.STYLESHEET, Html.resource(Html.STYLESHEET));
    List<Problem> problems = new ArrayList<>(links.problems());
    problems.addAll(commands.problems());
    problems.sort(Comparator.comparing(Problem::document).thenComparingInt(Problem::line));
    return new Site(
        pages,
        new SiteReport(
            documents.size(),
            links.within(),
            links.anchors(),
            links.outside(),
            commands.blocks(),
            commands.others(),
            commands.lines(),
            commands.sentences(),
            problems));
  }

  /** Writes the pages; what is not of this site stays. */
  public void write(Path folder) throws IOException {
    for (Map.Entry<String, String> page : pages.entrySet()) {
      Path file = folder.resolve(page.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, page.getValue());
    }
  }
}
