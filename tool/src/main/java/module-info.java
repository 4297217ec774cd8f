// SPDX-License-Identifier: Apache-2.0
/** The command line: verbs that start, look at and explain an instance of the system. */
module org.portunus.tool {
  requires static org.jspecify;
  requires org.portunus.abi;
  requires org.portunus.interfaces;
  requires org.portunus.security;
  requires org.portunus.system;
  requires info.picocli;
  requires tools.jackson.databind;

  exports org.portunus.tool.dynamic to
      org.portunus.conformance;
  exports org.portunus.tool.instance;

  opens org.portunus.tool.verb to
      info.picocli;
}
