// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.site;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was found in the documents.
 *
 * @param within links to what is in the project
 * @param anchors of them, those to a place in a page
 * @param outside links to the web, looked at for their form only
 * @param blocks of commands
 * @param others blocks of code without commands
 * @param lines commands of Portunus in blocks, whose verb and options were looked at
 * @param sentences the same in sentences
 */
public record SiteReport(
    int documents,
    int within,
    int anchors,
    int outside,
    List<CommandBlock> blocks,
    int others,
    int lines,
    int sentences,
    List<Problem> problems) {
  public SiteReport {
    blocks = List.copyOf(blocks);
    problems = List.copyOf(problems);
  }

  /** Blocks that a test runs. */
  public List<CommandBlock> run() {
    return blocks.stream().filter(CommandBlock::isRun).toList();
  }

  /** Blocks that are not run, each with its reason. */
  public List<CommandBlock> checked() {
    return blocks.stream().filter(block -> !block.isRun()).toList();
  }

  /** For people; problems first. */
  public List<String> text() {
    List<String> text = new ArrayList<>();
    problems.forEach(problem -> text.add(problem.toString()));
    text.add(
        "%d documents; %d links within, %d of them to anchors; %d outside, form only"
            .formatted(documents, within, anchors, outside));
    text.add(
        "%d blocks of commands: %d run by ./portunus test --slow, %d checked only; %d without"
            .formatted(blocks.size(), run().size(), checked().size(), others));
    checked()
        .forEach(block ->
            text.add(
                "  not run: %s:%d: %s"
                    .formatted(block.document(), block.line(), block.reason().orElse(""))));
    text.add(
        "verb and options looked at: %d commands in blocks, %d in sentences"
            .formatted(lines, sentences));
    text.add(problems.size() + " problems");
    return text;
  }

  /** For programs. */
  public String json() {
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    report.put("suite", Site.NAME);
    report.put("documents", documents);
    report.put("linksWithin", within);
    report.put("linksToAnchors", anchors);
    report.put("linksOutside", outside);
    report.put("blocksRun", run().size());
    report.put("blocksChecked", checked().size());
    report.put("blocksWithoutCommands", others);
    report.put("commandsInBlocks", lines);
    report.put("commandsInSentences", sentences);
    ArrayNode unrun = report.putArray("notRun");
    for (CommandBlock block : checked()) {
      ObjectNode node = unrun.addObject();
      node.put("document", block.document());
      node.put("line", block.line());
      node.put("reason", block.reason().orElse(""));
    }
    ArrayNode wrong = report.putArray("problems");
    problems.forEach(problem -> wrong.add(problem.toString()));
    return JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsString(report)
        + "\n";
  }
}
