// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.adapt;

import java.nio.file.Path;
import java.util.List;

/**
 * What was made.
 *
 * @param bundle folder of the bundle
 * @param job property list of its job
 * @param client jar for the class path of programs that call it
 * @param services by provider
 * @param carried methods whose calls go to the plug-in
 * @param local methods that the plug-ins do not define, whose own code runs at the caller
 * @param omitted what was left out, as asked for
 * @param jars of the plug-in, as they stand in the bundle
 */
public record Adapted(
    Path bundle,
    Path job,
    Path client,
    List<Service> services,
    List<String> carried,
    List<String> local,
    List<String> omitted,
    List<Jar> jars) {
  public Adapted {
    services = List.copyOf(services);
    carried = List.copyOf(carried);
    local = List.copyOf(local);
    omitted = List.copyOf(omitted);
    jars = List.copyOf(jars);
  }

  /**
   * A plug-in's class and the service that it becomes.
   *
   * @param implementation simple name of the class that is made for it
   */
  public record Service(String provider, String name, String implementation) {}

  /** A jar, unchanged. */
  public record Jar(String file, String sha256) {}
}
