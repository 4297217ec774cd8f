// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.site;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What pages are made of beside their documents. All of it is well-formed XML, too. */
final class Html {
  static final String STYLESHEET = "site.css";

  private Html() {}

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** A resource of this package. */
  static String resource(String name) throws IOException {
    try (InputStream in = Html.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * A whole page.
   *
   * @param path of the page below the site's folder
   * @param source path of its document
   */
  static String page(
      String template, String path, String title, String source, String body, String navigation) {
    return template
        .replace("{title}", escape(title))
        .replace("{style}", Links.relative(path, STYLESHEET))
        .replace("{home}", Links.relative(path, "index.html"))
        .replace("{source}", escape(source))
        .replace("{navigation}", navigation)
        .replace("{body}", body);
  }

  /** The list of all pages, as the page at a path has it: a part for each folder. */
  static String navigation(String path, List<Document> documents) {
    Map<String, StringBuilder> parts = new TreeMap<>();
    for (Document document : documents) {
      boolean here = document.page().equals(path);
      parts
          .computeIfAbsent(document.folder(), folder -> new StringBuilder())
          .append("<li><a href=\"")
          .append(escape(Links.relative(path, document.page())))
          .append(here ? "\" aria-current=\"page\">" : "\">")
          .append(escape(document.title()))
          .append("</a></li>\n");
    }
    StringBuilder all = new StringBuilder();
    parts.forEach((folder, items) -> {
      if (!folder.isEmpty()) {
        all.append("<p>").append(escape(folder)).append("</p>\n");
      }
      all.append("<ul>\n").append(items).append("</ul>\n");
    });
    return all.toString();
  }

  /** The page of a folder without a document of its own: what lies in it. */
  static String listing(String folder, String path, List<Document> documents) {
    StringBuilder body = new StringBuilder("<h1>" + escape(folder) + "</h1>\n<ul>\n");
    for (Document document : documents) {
      if (document.folder().equals(folder) || document.folder().startsWith(folder + "/")) {
        body.append("<li><a href=\"")
            .append(escape(Links.relative(path, document.page())))
            .append("\">")
            .append(escape(document.title()))
            .append("</a></li>\n");
      }
    }
    return body.append("</ul>\n").toString();
  }
}
