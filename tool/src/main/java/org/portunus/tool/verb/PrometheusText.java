// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.portunus.abi.log.LogText;
import org.portunus.interfaces.launchd.JobLoad;
import org.portunus.interfaces.launchd.JobState;
import org.portunus.interfaces.launchd.Load;
import org.portunus.interfaces.launchd.TaskLoad;
import org.portunus.interfaces.launchd.ToldCalls;

/**
 * The state of an instance in the text format of Prometheus, version 0.0.4.
 *
 * <p>Labels have the names of jobs, never of tasks or clients, so that the number of series is
 * bounded by the jobs of the instance; beyond {@link #MOST_JOBS} they count together as {@code
 * other}. What services tell of themselves has {@code told} in its name.
 */
final class PrometheusText {
  /** Most jobs that have series of their own. */
  static final int MOST_JOBS = 200;

  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OTHER = "other";
  private static final int MOST_CHARACTERS = 128;

  private final StringBuilder out = new StringBuilder();
  private final Load load;

  private PrometheusText(Load load) {
    this.load = load;
  }

  static String of(Load load) {
    PrometheusText text = new PrometheusText(load);
    text.write();
    return text.out.toString();
  }

  /** What is known of one job. */
  private static final class Series {
    long runs;
    long crashes;
    long refusals;
    long running;
    long throttled;
    long residentKiB;
    long processorMicros;
    long taken;
    long answered;
    boolean told;
  }

  private Map<String, Series> series() {
    Map<String, Series> all = new TreeMap<>();
    List<String> own = new ArrayList<>();
    load.jobs().stream().limit(MOST_JOBS).map(JobLoad::label).forEach(own::add);
    for (JobLoad job : load.jobs()) {
      Series series = all.computeIfAbsent(label(own, job.label()), _ -> new Series());
      series.runs += job.runs();
      series.crashes += job.crashes();
      series.refusals += job.refusals();
      series.throttled += job.state() == JobState.THROTTLED ? 1 : 0;
    }
    for (TaskLoad task : load.tasks()) {
      if (task.kind().equals("service")) {
        Series series = all.computeIfAbsent(label(own, task.label()), _ -> new Series());
        series.running++;
        series.residentKiB += task.residentKiB();
        series.processorMicros += task.processorMicros();
        if (task.calls().isPresent()) {
          ToldCalls told = task.calls().get();
          series.told = true;
          series.taken += told.taken();
          series.answered += told.answered();
        }
      }
    }
    return all;
  }

  private static String label(List<String> own, String job) {
    return own.contains(job) ? job : OTHER;
  }

  private void write() {
    head("portunus_ports", "gauge", "Ports that the kernel holds.");
    value("portunus_ports", load.ports());
    head("portunus_queued_messages", "gauge", "Messages that wait in ports.");
    value("portunus_queued_messages", load.queuedMessages());
    head("portunus_refused_programs_total", "counter", "Programs outside that were not let in.");
    value("portunus_refused_programs_total", load.refusedPrograms());
    head("portunus_kernel_turns_total", "counter", "Turns of the kernel task's loop.");
    value("portunus_kernel_turns_total", load.kernelTurns().count());
    head(
        "portunus_kernel_turn_longest_microseconds",
        "gauge",
        "The longest turn, in which nobody else is served.");
    value("portunus_kernel_turn_longest_microseconds", load.kernelTurns().longestMicros());
    head("portunus_tasks", "gauge", "Tasks by their kind.");
    Map<String, Long> kinds = new TreeMap<>();
    load.tasks().forEach(task -> kinds.merge(task.kind(), 1L, Long::sum));
    kinds.forEach((kind, count) -> value("portunus_tasks", "kind", kind, Long.toString(count)));
    head(
        "portunus_kernel_refusals",
        "gauge",
        "Requests to the kernel that were refused, of the tasks that live.");
    Map<String, Long> refusals = new TreeMap<>();
    load.tasks().forEach(task -> refusals.merge(task.kind(), task.refusals(), Long::sum));
    refusals.forEach(
        (kind, count) -> value("portunus_kernel_refusals", "kind", kind, Long.toString(count)));
    Map<String, Series> jobs = series();
    each(jobs, "portunus_job_starts_total", "counter", "Starts of the job.", job -> job.runs);
    each(jobs, "portunus_job_crashes_total", "counter", "Crashes of the job.", job -> job.crashes);
    each(
        jobs,
        "portunus_job_refusals_total",
        "counter",
        "Demands that were refused, since the job could not be started.",
        job -> job.refusals);
    each(jobs, "portunus_job_running", "gauge", "Tasks of the job.", job -> job.running);
    each(
        jobs,
        "portunus_job_throttled",
        "gauge",
        "1 while the job waits after crashes.",
        job -> job.throttled);
    each(
        jobs,
        "portunus_job_resident_bytes",
        "gauge",
        "Memory in use by the task of the job, shared memory included.",
        job -> job.residentKiB * 1024);
    head(
        "portunus_job_processor_seconds",
        "gauge",
        "Processor time of the task of the job; it begins anew with each task.");
    jobs.forEach((job, series) ->
        value(
            "portunus_job_processor_seconds",
            "job",
            job,
            String.format(Locale.ROOT, "%.6f", series.processorMicros / 1e6)));
    head(
        "portunus_job_told_calls",
        "gauge",
        "Calls that the task of the job has taken, as it tells; it begins anew with each task.");
    jobs.forEach((job, series) -> told("portunus_job_told_calls", job, series, series.taken));
    head(
        "portunus_job_told_open_calls",
        "gauge",
        "Calls that the task of the job has not answered, as it tells.");
    jobs.forEach((job, series) ->
        told(
            "portunus_job_told_open_calls",
            job,
            series,
            Math.max(0, series.taken - series.answered)));
  }

  private void told(String name, String job, Series series, long value) {
    if (series.told) {
      value(name, "job", job, Long.toString(value));
    }
  }

  private interface Measure {
    long of(Series series);
  }

  private void each(
      Map<String, Series> jobs, String name, String type, String help, Measure measure) {
    head(name, type, help);
    jobs.forEach((job, series) -> value(name, "job", job, Long.toString(measure.of(series))));
  }

  private void head(String name, String type, String help) {
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private void value(String name, long value) {
    out.append(name).append(' ').append(value).append('\n');
  }

  private void value(String name, String label, String of, String value) {
    out.append(name).append('{').append(label).append("=\"").append(quoted(of)).append("\"} ");
    out.append(value).append('\n');
  }

  /** In a label's value a backslash, a quote and a line feed are escaped. */
  static String quoted(String text) {
    String cut = text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS);
    return LogText.escape(cut).replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
