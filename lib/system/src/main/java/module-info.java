// SPDX-License-Identifier: Apache-2.0
/** The task's side of everything: ports, connections, typed services. */
module org.portunus.system {
  requires static org.jspecify;
  requires transitive org.portunus.abi;
  requires jdk.jfr;
  requires org.portunus.linux;

  uses org.portunus.system.xpc.CallTracing;

  exports org.portunus.system.xpc;
  exports org.portunus.system.link to
      org.portunus.bench,
      org.portunus.conformance;
  exports org.portunus.system.xpc.connection to
      org.portunus.launchd,
      org.portunus.bench,
      org.portunus.conformance;
  exports org.portunus.system.xpc.description to
      org.portunus.tool,
      org.portunus.conformance;
  exports org.portunus.system.xpc.wire;
  exports org.portunus.system.code;
  exports org.portunus.system.plugin;
  exports org.portunus.system.pager;
  exports org.portunus.system.port;
  exports org.portunus.system.start to
      org.portunus.launchd;
}
