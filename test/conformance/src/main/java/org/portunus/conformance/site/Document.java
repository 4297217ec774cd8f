// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.site;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.node.SourceSpan;
import org.commonmark.node.Text;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * One Markdown document.
 *
 * @param path below the project's folder, with slashes
 */
public record Document(String path, Node tree) {
  private static final String README = "README.md";
  private static final String SUFFIX = ".md";
  private static final List<Extension> EXTENSIONS =
      List.of(TablesExtension.create(), HeadingAnchorExtension.create());
  private static final Parser PARSER =
      Parser.builder()
          .extensions(EXTENSIONS)
          .includeSourceSpans(IncludeSourceSpans.BLOCKS_AND_INLINES)
          .build();
  private static final HtmlRenderer RENDERER =
      HtmlRenderer.builder().extensions(EXTENSIONS).build();

  /** Reads a text. */
  public static Document parse(String path, String text) {
    return new Document(path, PARSER.parse(text));
  }

  /** Every document of a project: what builds made, and hidden folders, left out. */
  public static List<Document> of(Path root) throws IOException {
    List<Document> documents = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.getFileName().toString();
            boolean foreign = name.startsWith(".") || name.equals("target");
            return foreign && !folder.equals(root)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (file.toString().endsWith(SUFFIX)) {
              documents.add(parse(root.relativize(file).toString(), Files.readString(file)));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    documents.sort(
        Comparator.comparingLong(Document::depth)
            .thenComparing(document -> !document.path().endsWith(README))
            .thenComparing(Document::path));
    return documents;
  }

  private long depth() {
    return path.chars().filter(c -> c == '/').count();
  }

  /** Path of the page that it becomes. */
  String page() {
    return path.endsWith(README)
        ? path.substring(0, path.length() - README.length()) + "index.html"
        : path.substring(0, path.length() - SUFFIX.length()) + ".html";
  }

  /** Folder that holds it; empty for the project's own. */
  String folder() {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  /** The first heading, as text. */
  String title() {
    StringBuilder title = new StringBuilder();
    tree.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Heading heading) {
            if (title.isEmpty()) {
              heading.accept(
                  new AbstractVisitor() {
                    @Override
                    public void visit(Text text) {
                      title.append(text.getLiteral());
                    }

                    @Override
                    public void visit(Code code) {
                      title.append(code.getLiteral());
                    }
                  });
            }
          }
        });
    return title.isEmpty() ? path : title.toString();
  }

  String html() {
    return RENDERER.render(tree);
  }

  /**
   * Where a part of it begins, from 1; parts without a place of their own: where their block does.
   */
  static int line(Node node) {
    for (Node at = node; at != null; at = at.getParent()) {
      List<SourceSpan> spans = at.getSourceSpans();
      if (!spans.isEmpty()) {
        return spans.getFirst().getLineIndex() + 1;
      }
    }
    return 1;
  }
}
