// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedSet;
import org.portunus.abi.log.LogText;
import org.portunus.interfaces.launchd.PortEntry;

/**
 * Who can send to whom as SVG: the tasks on an ellipse, an arrow from each that has send rights to
 * the one that receives, beside it the services or how many ports; dashed where all rights serve
 * once.
 */
final class PortsPicture {
  private static final int BOX_WIDTH = 190;
  private static final int BOX_HEIGHT = 34;
  private static final int MARGIN = 30;
  private static final int LEAST_RADIUS = 150;
  private static final double STRETCH = 1.7;
  private static final int LINE = 14;
  private static final int MOST_LABELS = 3;
  private static final double BEND = 0.12;

  private final Map<String, Place> tasks = new LinkedHashMap<>();
  private final Map<Edge, Ports> edges = new LinkedHashMap<>();

  private record Place(String label, double x, double y) {}

  private record Edge(String from, String to) {}

  /** The ports behind one arrow. */
  private static final class Ports {
    final SequencedSet<String> services = new LinkedHashSet<>();
    final SequencedSet<Integer> others = new LinkedHashSet<>();
    boolean lasting;

    void add(PortEntry entry) {
      lasting |= entry.rights().contains("SEND");
      if (entry.service().isEmpty()) {
        others.add(entry.receiverName());
      } else {
        services.add(entry.service());
      }
    }

    List<String> lines() {
      List<String> lines = new ArrayList<>();
      services.stream().limit(MOST_LABELS).forEach(lines::add);
      int more = services.size() - lines.size() + others.size();
      if (more > 0) {
        lines.add((lines.isEmpty() ? "" : "and ") + more + (more == 1 ? " port" : " ports"));
      }
      return lines;
    }
  }

  private PortsPicture(List<PortEntry> entries) {
    Map<String, String> labels = new LinkedHashMap<>();
    entries.forEach(entry -> labels.putIfAbsent(entry.task(), entry.label()));
    for (PortEntry entry : entries) {
      boolean sends = entry.rights().contains("SEND") || entry.rights().contains("SEND_ONCE");
      if (sends && !entry.receiver().isEmpty() && !entry.receiver().equals(entry.task())) {
        labels.putIfAbsent(entry.receiver(), "");
        edges
            .computeIfAbsent(new Edge(entry.task(), entry.receiver()), _ -> new Ports())
            .add(entry);
      }
    }
    double radius = radius(labels.size());
    int number = 0;
    for (Map.Entry<String, String> task : labels.entrySet()) {
      double angle = 2 * Math.PI * number / labels.size() - Math.PI / 2;
      tasks.put(
          task.getKey(),
          new Place(
              task.getValue(),
              MARGIN + BOX_WIDTH / 2.0 + STRETCH * radius * (1 + Math.cos(angle)),
              MARGIN + BOX_HEIGHT / 2.0 + radius * (1 + Math.sin(angle))));
      number++;
    }
  }

  private static double radius(int count) {
    return Math.max(LEAST_RADIUS, count * (BOX_HEIGHT + LINE) / Math.PI);
  }

  static void print(List<PortEntry> entries, PrintStream out) {
    new PortsPicture(entries).print(out);
  }

  private void print(PrintStream out) {
    double radius = radius(tasks.size());
    out.println(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
                + "font-family=\"sans-serif\" font-size=\"11\">",
            2 * MARGIN + BOX_WIDTH + 2 * STRETCH * radius,
            2 * MARGIN + BOX_HEIGHT + 2 * radius));
    out.println("<title>Who can send to whom</title>");
    out.println("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
    out.println(
        "<defs><marker id=\"end\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" "
            + "markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#3b5b8c\"/>"
            + "</marker></defs>");
    edges.forEach((edge, ports) -> arrow(out, edge, ports));
    tasks.forEach((task, place) -> box(out, task, place));
    out.println("</svg>");
  }

  /** From box to box, bent to one side so that an arrow back is seen beside it. */
  private void arrow(PrintStream out, Edge edge, Ports ports) {
    Place from = tasks.get(edge.from());
    Place to = tasks.get(edge.to());
    if (from == null || to == null) {
      throw new IllegalStateException("an arrow of a task without a place");
    }
    double bentX = (from.x() + to.x()) / 2 - BEND * (to.y() - from.y());
    double bentY = (from.y() + to.y()) / 2 + BEND * (to.x() - from.x());
    double[] start = rim(from, bentX, bentY);
    double[] end = rim(to, bentX, bentY);
    out.println(
        String.format(
            Locale.ROOT,
            "<path d=\"M%.1f %.1fQ%.1f %.1f %.1f %.1f\" fill=\"none\" stroke=\"#3b5b8c\" "
                + "stroke-width=\"1.2\"%s marker-end=\"url(#end)\"/>",
            start[0],
            start[1],
            bentX,
            bentY,
            end[0],
            end[1],
            ports.lasting ? "" : " stroke-dasharray=\"4 3\""));
    double x = (start[0] + 2 * bentX + end[0]) / 4;
    double y = (start[1] + 2 * bentY + end[1]) / 4;
    for (String line : ports.lines()) {
      out.println(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" fill=\"#222222\" "
                  + "stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\">%s</text>",
              x,
              y,
              text(line)));
      y += LINE;
    }
  }

  /** Where the line from the middle of a box to a point leaves the box. */
  private static double[] rim(Place box, double x, double y) {
    double dx = x - box.x();
    double dy = y - box.y();
    double steps = Math.max(Math.abs(dx) / (BOX_WIDTH / 2.0), Math.abs(dy) / (BOX_HEIGHT / 2.0));
    return steps == 0
        ? new double[] {box.x(), box.y()}
        : new double[] {box.x() + dx / steps, box.y() + dy / steps};
  }

  private static void box(PrintStream out, String task, Place place) {
    out.println(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%d\" rx=\"5\" "
                + "fill=\"#eef3fa\" stroke=\"#3b5b8c\"/>",
            place.x() - BOX_WIDTH / 2.0,
            place.y() - BOX_HEIGHT / 2.0,
            BOX_WIDTH,
            BOX_HEIGHT));
    boolean labelled = !place.label().isEmpty() && !place.label().equals(task);
    out.println(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>",
            place.x(),
            place.y() + (labelled ? -2 : 4),
            text(labelled ? place.label() : task)));
    if (labelled) {
      out.println(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" fill=\"#666666\" "
                  + "font-size=\"9\">%s</text>",
              place.x(),
              place.y() + LINE - 3,
              text(task)));
    }
  }

  private static String text(String raw) {
    return LogText.escape(raw).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
