// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.sandbox;

import java.util.LinkedHashMap;
import java.util.Map;
import org.portunus.abi.time.Patience;

/** The property lists of the hostile bundle and of its jobs: one job for each way to do harm. */
final class Plists {
  /** The job that makes the attempts. */
  static final String PROBE = "portunus.probe";

  /** A job that does nothing, to see that it is left alone. */
  static final String BYSTANDER = PROBE + ".bystander";

  /** A job whose bundle brings a class of the system's packages. */
  static final String PLANTED = PROBE + ".planted";

  /** Limits of a job, in MiB, processes and seconds. */
  private record Limits(int heap, int memory, int processes, int cpu, int descriptors) {
    String text() {
      return integer("Heap", heap)
          + integer("Memory", memory)
          + integer("Processes", processes)
          + integer("CPU", cpu)
          + integer("Descriptors", descriptors)
          + integer("IdleTimeout", 600);
    }
  }

  private static final Limits WIDE = new Limits(128, 512, 96, 3600, 128);
  private static final int SPIN_SECONDS = 3 + Patience.ofThisProcess().factor();
  private static final Map<String, Limits> LIMITS = limits();

  private Plists() {}

  private static Map<String, Limits> limits() {
    Map<String, Limits> map = new LinkedHashMap<>();
    map.put(PROBE, WIDE);
    map.put(BYSTANDER, WIDE);
    map.put(PROBE + ".heap", new Limits(32, 512, 96, 3600, 128));
    map.put(PROBE + ".resident", new Limits(32, 256, 96, 3600, 128));
    map.put(PROBE + ".threads", new Limits(64, 512, 48, 3600, 128));
    map.put(PROBE + ".spin", new Limits(64, 512, 96, SPIN_SECONDS, 128));
    map.put(PROBE + ".garbage", WIDE);
    map.put(PROBE + ".silence", WIDE);
    map.put(PROBE + ".x32", WIDE);
    map.put(PROBE + ".int80", WIDE);
    map.put(PLANTED, WIDE);
    return map;
  }

  static String bundle() {
    StringBuilder services = new StringBuilder();
    for (String name : LIMITS.keySet()) {
      services
          .append("<key>")
          .append(name)
          .append("</key><dict>")
          .append(string("Type", "portunus.probe.ProbeXpc"))
          .append(string("Implementation", "portunus.probe.ProbeService"))
          .append("</dict>");
    }
    return plist(
        string("CFBundleIdentifier", PROBE)
            + string("CFBundlePackageType", "XPC!")
            + string("CFBundleVersion", "1")
            + "<key>Portunus</key><dict><key>Services</key><dict>"
            + services
            + "</dict>"
            + WIDE.text()
            + "</dict>");
  }

  /** Each job's property list by its label. */
  static Map<String, String> jobs() {
    Map<String, String> jobs = new LinkedHashMap<>();
    LIMITS.forEach((label, limits) ->
        jobs.put(
            label,
            plist(
                string("Label", label)
                    + "<key>MachServices</key><dict><key>"
                    + label
                    + "</key><true/></dict><key>Portunus</key><dict>"
                    + string(
                        "Bundle",
                        label.equals(PLANTED) ? "portunus.planted.xpc" : "portunus.probe.xpc")
                    + limits.text()
                    + "</dict>")));
    return jobs;
  }

  private static String string(String key, String value) {
    return "<key>" + key + "</key><string>" + value + "</string>\n";
  }

  private static String integer(String key, int value) {
    return "<key>" + key + "</key><integer>" + value + "</integer>\n";
  }

  private static String plist(String content) {
    return """
    <?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
    <plist version="1.0"><dict>
    """
        + content
        + "</dict></plist>\n";
  }
}
