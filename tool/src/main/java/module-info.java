// SPDX-License-Identifier: Apache-2.0
/** The command line: verbs that start, look at and explain an instance of the system. */
module org.portunus.tool {
  // For the verb adapt alone, which is started with it: it brings the compiler with it.
  requires static java.compiler;
  requires static org.jspecify;
  requires java.xml;
  requires jdk.jfr;
  requires org.portunus.abi;
  requires org.portunus.debug;
  requires transitive org.portunus.embedding;
  requires org.portunus.interfaces;
  requires org.portunus.security;
  requires org.portunus.system;
  requires info.picocli;
  requires tools.jackson.databind;

  exports org.portunus.tool.adapt to
      org.portunus.conformance;
  exports org.portunus.tool.dynamic to
      org.portunus.conformance;
  exports org.portunus.tool.terminal to
      org.portunus.conformance;
  exports org.portunus.tool.verb to
      org.portunus.conformance;

  opens org.portunus.tool.verb to
      info.picocli;
}
