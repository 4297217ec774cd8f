// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** All rows of one suite, and remarks that belong to no row. */
public record SuiteReport(String suite, List<SuiteRow> rows, List<String> remarks) {
  public SuiteReport {
    rows = List.copyOf(rows);
    remarks = List.copyOf(remarks);
  }

  /** How many rows have this result. */
  public long count(SuiteRow.Result result) {
    return rows.stream().filter(row -> row.result() == result).count();
  }

  /** The report as JSON. */
  public String json() {
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    report.put("suite", suite);
    ArrayNode list = report.putArray("rows");
    for (SuiteRow row : rows) {
      ObjectNode node = list.addObject();
      node.put("id", row.id());
      node.put("title", row.title());
      node.put("setting", row.setting());
      node.put("result", row.result().name().toLowerCase(Locale.ROOT));
      node.put("detail", row.detail());
    }
    report.put("passed", count(SuiteRow.Result.PASS));
    report.put("failed", count(SuiteRow.Result.FAIL));
    report.put("skipped", count(SuiteRow.Result.SKIP));
    ArrayNode said = report.putArray("remarks");
    remarks.forEach(said::add);
    return JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsString(report)
        + "\n";
  }

  /** What is not passed, the remarks and the counts, for people. */
  public List<String> lines() {
    List<String> lines =
        new ArrayList<>(
            rows.stream()
                .filter(row -> row.result() != SuiteRow.Result.PASS)
                .map(row ->
                    String.format(
                        Locale.ROOT,
                        "%-4s  %-28s %-14s %s",
                        row.result(),
                        row.id(),
                        row.setting(),
                        row.detail()))
                .toList());
    lines.addAll(remarks);
    lines.add(
        count(SuiteRow.Result.PASS)
            + " passed, "
            + count(SuiteRow.Result.FAIL)
            + " failed, "
            + count(SuiteRow.Result.SKIP)
            + " skipped");
    return lines;
  }
}
