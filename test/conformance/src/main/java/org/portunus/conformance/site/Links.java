// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.site;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;

/**
 * Makes the links of documents into links between pages, and finds those that lead nowhere. What is
 * in the source tree only becomes text that says so. Links out of the project are looked at for
 * their form; nothing is fetched.
 */
final class Links {
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*");
  private static final Pattern ID = Pattern.compile(" id=\"([^\"]+)\"");

  private final Path root;
  private final Map<String, String> pages = new TreeMap<>();
  private final Set<String> folders = new TreeSet<>();
  private final List<Anchor> anchors = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private int within;
  private int outside;

  /** A link to a place in a page. */
  private record Anchor(Problem place, String page, String id) {}

  Links(Path root, List<Document> documents) {
    this.root = root;
    for (Document document : documents) {
      pages.put(document.path(), document.page());
      if (document.page().endsWith("/index.html")) {
        pages.put(document.folder(), document.page());
      } else if (!document.folder().isEmpty()) {
        folders.add(document.folder());
      }
    }
    folders.removeAll(pages.keySet());
    folders.forEach(folder -> pages.put(folder, folder + "/index.html"));
  }

  /** Folders that need a page with a list of theirs. */
  Set<String> folders() {
    return folders;
  }

  List<Problem> problems() {
    return problems;
  }

  int within() {
    return within;
  }

  int anchors() {
    return anchors.size();
  }

  int outside() {
    return outside;
  }

  /** Changes the links of a document; call it once. */
  void rewrite(Document document) {
    List<Link> links = new ArrayList<>();
    document
        .tree()
        .accept(
            new AbstractVisitor() {
              @Override
              public void visit(Link link) {
                links.add(link);
                visitChildren(link);
              }

              @Override
              public void visit(Image image) {
                problem(document, image, "pictures are not carried to the site");
              }
            });
    links.forEach(link -> rewrite(document, link));
  }

  private void problem(Document document, Node node, String text) {
    problems.add(new Problem(document.path(), Document.line(node), text));
  }

  private void rewrite(Document document, Link link) {
    String destination = link.getDestination();
    if (SCHEME.matcher(destination).matches()) {
      outside++;
      malformed(destination).ifPresent(text -> problem(document, link, text));
      return;
    }
    within++;
    int sharp = destination.indexOf('#');
    String path = sharp < 0 ? destination : destination.substring(0, sharp);
    Path wanted = Path.of(document.folder()).resolve(path).normalize();
    String target = path.isEmpty() ? document.path() : wanted.toString();
    String page = pages.get(target);
    if (page != null) {
      String fragment = sharp < 0 ? "" : destination.substring(sharp);
      if (sharp >= 0) {
        String text = "no heading in " + target + " has the anchor " + fragment;
        anchors.add(
            new Anchor(
                new Problem(document.path(), Document.line(link), text),
                page,
                fragment.substring(1)));
      }
      link.setDestination(relative(document.page(), page) + fragment);
    } else if (wanted.startsWith("..") || path.startsWith("/")) {
      problem(document, link, "leads out of the project: " + destination);
    } else if (!Files.exists(root.resolve(target))) {
      problem(document, link, "leads to nothing: " + destination);
    } else if (sharp >= 0) {
      problem(document, link, "an anchor in what is no page: " + destination);
    } else {
      unlink(link, target);
    }
  }

  /** From one page to another. */
  static String relative(String from, String to) {
    Path folder = Path.of("/" + from).getParent();
    return folder == null ? to : folder.relativize(Path.of("/" + to)).toString();
  }

  private static Optional<String> malformed(String destination) {
    try {
      URI uri = new URI(destination);
      boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      boolean fine = web ? uri.getHost() != null : "mailto".equals(uri.getScheme());
      return fine ? Optional.empty() : Optional.of("no address of the web: " + destination);
    } catch (URISyntaxException wrong) {
      return Optional.of("no address: " + wrong.getMessage());
    }
  }

  private static void unlink(Link link, String target) {
    HtmlInline open = new HtmlInline();
    open.setLiteral(
        "<span class=\"source\" title=\"in the source tree: " + Html.escape(target) + "\">");
    link.insertBefore(open);
    Node child = link.getFirstChild();
    while (child != null) {
      Node next = child.getNext();
      link.insertBefore(child);
      child = next;
    }
    HtmlInline close = new HtmlInline();
    close.setLiteral("</span>");
    link.insertBefore(close);
    link.unlink();
  }

  /** Looks for every anchor that links name, when all pages are there: their text by their path. */
  void checkAnchors(Map<String, String> html) {
    for (Anchor anchor : anchors) {
      boolean found =
          ID.matcher(html.getOrDefault(anchor.page(), ""))
              .results()
              .anyMatch(id -> id.group(1).equals(anchor.id()));
      if (!found) {
        problems.add(anchor.place());
      }
    }
  }
}
