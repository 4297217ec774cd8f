// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import com.google.testing.compile.JavaFileObjects;
import java.util.List;
import javax.tools.JavaFileObject;

/**
 * A row of docs/evolution.md: two versions of an interface.
 *
 * @param change the first cell
 * @param oldClient what the old client sees of the new service: results and error codes of its
 *     calls
 * @param newClient what the new client sees of the old service
 * @param says what the messages of errors name
 */
record EvolutionRow(
    String change,
    String oldCell,
    String oldClient,
    String newCell,
    String newClient,
    Version before,
    Version after,
    List<String> says) {

  /**
   * One version.
   *
   * @param members of the interface
   * @param serving members of its implementation
   * @param calls expressions that a client evaluates
   */
  record Version(String members, String serving, List<String> calls) {
    static Version of(String members, String serving, String... calls) {
      return new Version(members, serving, List.of(calls));
    }
  }

  private static final String HEAD =
      """
      package %s;
      import java.util.*;
      import java.util.concurrent.*;
      import org.portunus.abi.error.*;
      import org.portunus.system.xpc.*;
      """;

  static EvolutionRow of(
      String change,
      String oldCell,
      String oldClient,
      String newCell,
      String newClient,
      Version before,
      Version after,
      String... says) {
    return new EvolutionRow(
        change, oldCell, oldClient, newCell, newClient, before, after, List.of(says));
  }

  /** The sources of one version: its interface, and {@code Ends}. */
  static List<JavaFileObject> sources(String home, String service, Version version) {
    StringBuilder calls = new StringBuilder();
    version
        .calls()
        .forEach(call -> calls.append("attempt(seen, () -> ").append(call).append(");\n"));
    String renamed = service.replace("renamed", home.endsWith("after") ? "b" : "a");
    return List.of(
        JavaFileObjects.forSourceString(
            home + ".Sample",
            HEAD.formatted(home)
                + "@Service(\"%s\") public interface Sample {\n%s\n}\n"
                    .formatted(renamed, version.members())),
        JavaFileObjects.forSourceString(
            home + ".Ends",
            HEAD.formatted(home)
                + """
                import static %s.Sample.*;
                public final class Ends implements Sample, org.portunus.xpcprocessor.EvolutionEnds {
                %s
                  public ServiceType<?> type() { return SampleXpc.TYPE; }
                  public void use(Object proxy, List<String> seen) {
                    Sample s = (Sample) proxy;
                %s
                  }
                }
                """
                    .formatted(home, version.serving(), calls)));
  }
}
