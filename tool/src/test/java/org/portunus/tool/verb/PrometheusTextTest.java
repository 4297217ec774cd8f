// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.portunus.interfaces.launchd.JobLoad;
import org.portunus.interfaces.launchd.JobState;
import org.portunus.interfaces.launchd.KernelTurns;
import org.portunus.interfaces.launchd.Load;
import org.portunus.interfaces.launchd.TaskLoad;
import org.portunus.interfaces.launchd.ToldCalls;

class PrometheusTextTest {
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-z_]+)(\\{[a-z]+=\"(?:[^\"\\\\\n]|\\\\[\\\\\"n])*\"})? (-?[0-9]+(?:\\.[0-9]+)?)");
  private static final Pattern TYPE = Pattern.compile("# TYPE ([a-z_]+) (counter|gauge)");

  private static Load load(List<String> labels) {
    return new Load(
        "abc",
        0,
        1,
        2,
        3,
        new KernelTurns(4, 5, 6, 3),
        labels.stream()
            .map(label ->
                new TaskLoad(
                    "task-1-9",
                    "service",
                    label,
                    1,
                    0,
                    1024,
                    1_500_000,
                    0,
                    Optional.of(new ToldCalls(10, 9, 0))))
            .toList(),
        labels.stream().map(label -> new JobLoad(label, JobState.RUNNING, 1, 0, 0)).toList());
  }

  /** Checks what the exposition format asks for: each name typed once, before its samples. */
  static Set<String> series(String text) {
    assertThat(text).endsWith("\n");
    Set<String> typed = new HashSet<>();
    Set<String> series = new HashSet<>();
    String current = "";
    for (String line : text.lines().toList()) {
      Matcher type = TYPE.matcher(line);
      Matcher sample = SAMPLE.matcher(line);
      if (type.matches()) {
        current = String.valueOf(type.group(1));
        assertThat(typed.add(current)).as(line).isTrue();
      } else if (!line.startsWith("# HELP ")) {
        assertThat(sample.matches()).as(line).isTrue();
        assertThat(sample.group(1)).isEqualTo(current);
        String labels = Optional.ofNullable(sample.group(2)).orElse("");
        assertThat(series.add(sample.group(1) + labels)).as("twice: " + line).isTrue();
      }
    }
    return series;
  }

  @Test
  void theTextIsThatOfTheFormat() {
    assertThat(series(PrometheusText.of(load(List.of("a.b", "c")))))
        .contains(
            "portunus_ports",
            "portunus_tasks{kind=\"service\"}",
            "portunus_job_told_calls{job=\"a.b\"}",
            "portunus_job_processor_seconds{job=\"c\"}");
    assertThat(PrometheusText.of(load(List.of("a"))))
        .contains(
            "portunus_job_processor_seconds{job=\"a\"} 1.500000\n",
            "portunus_job_told_open_calls{job=\"a\"} 1\n",
            "portunus_job_resident_bytes{job=\"a\"} 1048576\n");
  }

  @Test
  void aHostileLabelStaysOneLabel() {
    String text =
        PrometheusText.of(load(List.of("a\"} 1\nportunus_forged 2\n\\", "b".repeat(4000))));
    assertThat(series(text)).noneMatch(each -> each.startsWith("portunus_forged"));
    assertThat(text.lines()).allMatch(line -> line.length() < 400);
  }

  @Test
  void theNumberOfSeriesIsBounded() {
    List<String> many = IntStream.range(0, 1000).mapToObj(i -> "job" + i).toList();
    Set<String> series = series(PrometheusText.of(load(many)));
    assertThat(series.stream().filter(each -> each.startsWith("portunus_job_starts_total")))
        .hasSize(PrometheusText.MOST_JOBS + 1)
        .contains("portunus_job_starts_total{job=\"other\"}");
  }
}
