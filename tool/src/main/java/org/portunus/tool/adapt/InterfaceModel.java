// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.adapt;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A plug-in's interface as far as its adapter needs it.
 *
 * @param name as Java writes it
 * @param simpleName its last part
 * @param methods to be carried, by number
 * @param refusing signatures of methods that throw at the caller, since they were left out
 * @param local methods whose own code runs at the caller
 * @param omitted what was left out
 * @param providers binary names of the plug-ins' classes
 * @param starts binary name of the class that starts the plug-in
 */
record InterfaceModel(
    String name,
    String simpleName,
    List<Method> methods,
    List<String> refusing,
    List<String> local,
    List<String> omitted,
    List<String> providers,
    Optional<String> starts) {
  InterfaceModel {
    methods = List.copyOf(methods);
    refusing = List.copyOf(refusing);
    local = List.copyOf(local);
    omitted = List.copyOf(omitted);
    providers = List.copyOf(providers);
  }

  /**
   * A method.
   *
   * @param id its number on the wire
   * @param carried its name in the service interface, where no two are the same
   * @param result empty for void
   */
  record Method(
      int id,
      String name,
      String carried,
      List<Parameter> parameters,
      Optional<Carriage> result,
      List<Thrown> thrown) {
    Method {
      parameters = List.copyOf(parameters);
      thrown = List.copyOf(thrown);
    }

    /** Name and types, for people. */
    String signature() {
      return parameters.stream()
          .map(parameter -> parameter.type().declared())
          .collect(Collectors.joining(", ", name + "(", ")"));
    }

    String declaredResult() {
      return result.map(Carriage::declared).orElse("void");
    }
  }

  /** A parameter. */
  record Parameter(String name, Carriage type) {}

  /**
   * A declared exception.
   *
   * @param type as sources write it
   * @param binaryName as the machine names it
   */
  record Thrown(String type, String binaryName) {}
}
