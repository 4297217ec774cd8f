// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.portunus.bench.report.RoundTable.Round;

/**
 * Draws a table of rounds as SVG: a panel for each measure, a row for each pair, values on a
 * logarithmic axis. Dots are medians over the rounds: of the percentiles 50, 90, 99, 99.9 and the
 * longest from left to right, or of the value. The bar is where the first of them was in the
 * rounds.
 */
public final class Plot {
  private static final int WIDTH = 960;
  private static final int LEFT = 300;
  private static final int RIGHT = 120;
  private static final int ROW = 24;
  private static final int HEAD = 56;
  private static final int FOOT = 36;
  private static final int CAPTION = 28;
  private static final double NANOS_IN_MICRO = 1000;
  private static final String WORDS =
      "dots: p50, p90, p99, p99.9, longest (or the value), medians of the rounds; bar: p50 in the"
          + " rounds; number: p50, in us";
  private static final String OWN = "#b3261e";
  private static final String OTHER = "#33658a";

  private final StringBuilder svg = new StringBuilder();
  private int y;

  private Plot() {}

  /** The text of the file. */
  public static String draw(RoundTable table) {
    Map<String, Map<String, List<Round>>> panels = new LinkedHashMap<>();
    for (Round round : table.rounds()) {
      panels
          .computeIfAbsent(round.measure(), measure -> new LinkedHashMap<>())
          .computeIfAbsent(round.pair(), pair -> new ArrayList<>())
          .add(round);
    }
    Plot plot = new Plot();
    plot.y = CAPTION;
    plot.text(16, CAPTION - 8, "start", "fill=\"#666\"", WORDS);
    panels.forEach(plot::panel);
    return """
    <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d"
      font-family="sans-serif" font-size="13" fill="#222">
    <rect width="100%%" height="100%%" fill="white"/>
    """
            .formatted(WIDTH, plot.y, WIDTH, plot.y)
        + plot.svg
        + "</svg>\n";
  }

  /** One row: its dots, and the range of the first over the rounds. */
  private record Row(String pair, double[] dots, double least, double most) {
    static Row of(String pair, List<Round> rounds) {
      List<double[]> values = rounds.stream().map(Row::values).toList();
      double[] dots = new double[values.getFirst().length];
      for (int i = 0; i < dots.length; i++) {
        int at = i;
        double[] sorted = values.stream().mapToDouble(value -> value[at]).sorted().toArray();
        dots[i] = sorted[sorted.length / 2];
      }
      double[] first = values.stream().mapToDouble(value -> value[0]).sorted().toArray();
      return new Row(pair, dots, first[0], first[first.length - 1]);
    }

    private static double[] values(Round round) {
      return round.percentiles().isEmpty()
          ? new double[] {round.value()}
          : round.percentiles().stream().mapToDouble(nanos -> nanos / NANOS_IN_MICRO).toArray();
    }

    DoubleStream all() {
      return DoubleStream.concat(DoubleStream.of(dots), DoubleStream.of(least, most));
    }
  }

  private void panel(String measure, Map<String, List<Round>> pairs) {
    List<Row> rows = pairs.entrySet().stream().map(e -> Row.of(e.getKey(), e.getValue())).toList();
    boolean times = !pairs.values().iterator().next().getFirst().percentiles().isEmpty();
    String unit = times ? "us" : pairs.values().iterator().next().getFirst().unit();
    int low = (int) Math.floor(Math.log10(least(rows)));
    int high = Math.max(low + 1, (int) Math.ceil(Math.log10(most(rows))));
    y += HEAD;
    text(16, y - 28, "start", "font-weight=\"bold\"", measure);
    int bottom = y + rows.size() * ROW;
    for (int power = low; power <= high; power++) {
      double x = x(Math.pow(10, power), low, high);
      line(x, y - 12, x, bottom, "#ddd", 1);
      text(x, bottom + 16, "middle", "fill=\"#666\"", tick(power, unit));
    }
    for (int i = 0; i < rows.size(); i++) {
      row(rows.get(i), i == 0 ? OWN : OTHER, y + i * ROW, low, high);
    }
    y = bottom + FOOT;
  }

  private void row(Row row, String colour, int at, int low, int high) {
    text(LEFT - 12, at + 4, "end", "", row.pair);
    line(x(row.least, low, high), at, x(row.most, low, high), at, colour + "\" opacity=\"0.3", 9);
    double last = row.dots[row.dots.length - 1];
    line(x(row.dots[0], low, high), at, x(last, low, high), at, colour, 1);
    for (int i = 0; i < row.dots.length; i++) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<circle cx=\"%.1f\" cy=\"%d\" r=\"%d\" fill=\"%s\"/>%n",
              x(row.dots[i], low, high),
              at,
              i == 0 ? 5 : 3,
              colour));
    }
    text(WIDTH - RIGHT + 16, at + 4, "start", "", number(row.dots[0]));
  }

  private static double least(Collection<Row> rows) {
    return Math.max(
        1e-3, rows.stream().flatMapToDouble(Row::all).filter(v -> v > 0).min().orElse(1));
  }

  private static double most(Collection<Row> rows) {
    return Math.max(1e-2, rows.stream().flatMapToDouble(Row::all).max().orElse(10));
  }

  private static double x(double value, int low, int high) {
    double share = (Math.log10(Math.max(value, Math.pow(10, low))) - low) / (high - low);
    return LEFT + share * (WIDTH - LEFT - RIGHT);
  }

  /** A power of ten in its unit; times in the largest that leaves a whole number. */
  private static String tick(int power, String unit) {
    if (!unit.equals("us")) {
      return number(Math.pow(10, power)) + " " + unit;
    }
    int step = Math.clamp(Math.floorDiv(power, 3), -1, 2);
    return number(Math.pow(10, power - 3 * step))
        + " "
        + List.of("ns", "us", "ms", "s").get(step + 1);
  }

  private static String number(double value) {
    return value >= 100 || value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.3g", value);
  }

  private void line(double x1, double y1, double x2, double y2, String colour, int width) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%d\"/>%n",
            x1,
            y1,
            x2,
            y2,
            colour,
            width));
  }

  private void text(double x, double at, String anchor, String style, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>%s</text>%n",
            x,
            at,
            anchor,
            style,
            text.replace("&", "&amp;").replace("<", "&lt;")));
  }
}
