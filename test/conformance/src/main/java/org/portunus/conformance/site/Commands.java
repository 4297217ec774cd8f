// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.site;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Node;

/**
 * Finds every command of a document, in blocks and in sentences, and looks at those of Portunus.
 */
final class Commands {
  /** Languages of blocks that hold no commands. */
  private static final Set<String> OTHERS = Set.of("java", "xml", "groovy", "json", "toml", "text");

  private static final Set<String> SHELLS = Set.of("bash", "shell", "console", "shell-session");
  private static final Pattern COMMAND =
      Pattern.compile(
          "(?:\\$ )?(?:(?:\\S*/)?portunus|mvn|java|cd|sudo|apt-get|apt|git|systemctl) .*");

  private final Verbs verbs;
  private final List<CommandBlock> blocks = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private int lines;
  private int sentences;
  private int others;

  Commands(Verbs verbs) {
    this.verbs = verbs;
  }

  List<CommandBlock> blocks() {
    return blocks;
  }

  List<Problem> problems() {
    return problems;
  }

  /** Commands of Portunus in blocks whose verb and options were looked at. */
  int lines() {
    return lines;
  }

  /** The same in sentences. */
  int sentences() {
    return sentences;
  }

  /** Blocks in languages that have no commands. */
  int others() {
    return others;
  }

  void look(Document document) {
    document
        .tree()
        .accept(
            new AbstractVisitor() {
              @Override
              public void visit(FencedCodeBlock block) {
                fenced(document, block);
              }

              @Override
              public void visit(IndentedCodeBlock block) {
                if (block.getLiteral().lines().anyMatch(line -> COMMAND.matcher(line).matches())) {
                  problem(
                      document,
                      block,
                      "commands that are indented: fence them, ```sh run or check");
                } else {
                  others++;
                }
              }

              @Override
              public void visit(Code code) {
                sentence(document, code);
              }
            });
  }

  private void problem(Document document, Node node, String text) {
    problems.add(new Problem(document.path(), Document.line(node), text));
  }

  private void fenced(Document document, FencedCodeBlock block) {
    String info = Optional.ofNullable(block.getInfo()).orElse("").strip();
    String language = info.split(" ", 2)[0];
    if (OTHERS.contains(language)) {
      others++;
      return;
    }
    if (!language.equals("sh")) {
      String wanted =
          SHELLS.contains(language) ? "commands are fenced as sh" : "a block's language";
      problem(
          document, block, wanted + " is one of sh and " + OTHERS + ", not \"" + language + "\"");
      return;
    }
    Optional<CommandBlock> read =
        CommandBlock.read(document.path(), Document.line(block), info, block.getLiteral());
    if (read.isEmpty()) {
      problem(
          document,
          block,
          "\"" + info + "\" does not say \"run\", \"run with NAME\" or \"check: REASON\"");
      return;
    }
    blocks.add(read.get());
    for (List<String> words : CommandLines.of(read.get().lines())) {
      int at = 0;
      while (at < words.size() && words.get(at).matches("sudo|exec|[A-Z_]+=.*")) {
        at++;
      }
      if (at < words.size() && words.get(at).matches("(.*/)?portunus")) {
        lines++;
        verbs
            .problem(words.subList(at + 1, words.size()))
            .ifPresent(text -> problem(document, block, text + ": " + String.join(" ", words)));
      }
    }
  }

  /** A command named in a sentence: with the program's name, or a verb with an option. */
  private void sentence(Document document, Code code) {
    String literal = code.getLiteral();
    List<List<String>> commands = CommandLines.of(List.of(literal));
    if (commands.isEmpty()) {
      return;
    }
    List<String> words = commands.getFirst();
    boolean named = words.size() > 1 && words.getFirst().matches("(.*/)?portunus");
    boolean bare = verbs.isVerb(words.getFirst()) && literal.contains(" -");
    if (named || bare) {
      sentences++;
      verbs
          .problem(named ? words.subList(1, words.size()) : words)
          .ifPresent(text -> problem(document, code, text + ": " + literal));
    }
  }
}
