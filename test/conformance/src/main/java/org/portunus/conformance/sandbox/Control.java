// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.sandbox;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The control: the same code as an ordinary program, started from the bundle's own jar so that its
 * manifest has its effects, in an environment that does harm.
 */
final class Control {
  private Control() {}

  /** What a caller's environment may hold; none of it may reach a service. */
  static Map<String, String> hostileEnvironment() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("JAVA_TOOL_OPTIONS", "-Dportunus.leak=tool");
    map.put("JDK_JAVA_OPTIONS", "-Dportunus.leak=launcher");
    map.put("_JAVA_OPTIONS", "-Dportunus.leak=vm");
    map.put("LD_PRELOAD", "libm.so.6");
    map.put("LD_AUDIT", "");
    map.put("GCONV_PATH", "/nowhere");
    map.put("PYTHONPATH", "/nowhere");
    map.put("HOME", "/nowhere");
    map.put("PATH", "/usr/bin:/bin");
    map.put("PORTUNUS_SECRET", "secret");
    map.put("PORTUNUS_LAYERS", "none");
    return map;
  }

  /** The results of all attempts, each in its place. */
  static List<String> results(Ground ground, Caller caller, List<String> attempts)
      throws IOException {
    List<String> command =
        List.of(
            ground.java().toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=org.portunus.linux",
            "-Djdk.attach.allowAttachSelf=true",
            "-p",
            ground.system().toString(),
            "--add-modules",
            "org.portunus.system,org.portunus.linux,jdk.attach",
            "-jar",
            ground.jar().toString(),
            ground.right().toString());
    List<String> results = new ArrayList<>();
    try (Program program = Program.start(caller.command(command), hostileEnvironment())) {
      for (String attempt : attempts) {
        results.add(program.ask(attempt));
      }
    }
    return results;
  }
}
