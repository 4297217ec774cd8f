// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What can be fuzzed. */
enum FuzzTarget {
  LINK(
      "link",
      "org.portunus.conformance.link.LinkFuzz",
      "test/conformance/src/fuzz/link",
      "org.portunus.system.**:org.portunus.abi.**",
      "sys/abi/target/classes:"
          + "sys/linux/target/classes:"
          + "sys/kernel/target/classes:"
          + "lib/system/target/classes:"
          + "test/conformance/target/classes"),
  KERNEL(
      "kernel",
      "org.portunus.kernel.KernelFuzz",
      "sys/kernel/src/fuzz/kernel",
      "org.portunus.kernel.**:org.portunus.abi.**",
      "sys/abi/target/classes:"
          + "sys/linux/target/classes:"
          + "sys/security/target/classes:"
          + "sys/kernel/target/classes:"
          + "sys/kernel/target/test-classes");

  private final String verb;
  private final String type;
  private final String corpus;
  private final String guides;
  private final String classes;

  FuzzTarget(String verb, String type, String corpus, String guides, String classes) {
    this.verb = verb;
    this.type = type;
    this.corpus = corpus;
    this.guides = guides;
    this.classes = classes;
  }

  static Optional<FuzzTarget> of(String verb) {
    return Arrays.stream(values()).filter(target -> target.verb.equals(verb)).findFirst();
  }

  /** As it is called on the command line. */
  String verb() {
    return verb;
  }

  /** The class that the fuzzer calls. */
  String type() {
    return type;
  }

  /** The folder of what it begins with. */
  String corpus() {
    return corpus;
  }

  /** Patterns of the classes whose branches guide it. */
  String guides() {
    return guides;
  }

  /** Folders of classes. */
  List<String> classes() {
    return List.of(classes.split(":", -1));
  }
}
