// SPDX-License-Identifier: Apache-2.0
/** Suites, generic over their settings, and what they check with. Nobody requires this module. */
module org.portunus.conformance {
  // The tests of calls that carry a span; there with the tests alone.
  requires static io.opentelemetry.api;
  requires static io.opentelemetry.context;
  requires static org.jspecify;
  // With the compiler: plug-ins are adapted in this process.
  requires java.compiler;
  requires java.xml;
  requires jdk.jfr;
  requires org.commonmark;
  requires org.commonmark.ext.gfm.tables;
  requires org.commonmark.ext.heading.anchor;
  requires org.portunus.abi;
  requires org.portunus.interfaces;
  requires org.portunus.kernel;
  requires org.portunus.linux;
  requires org.portunus.security;
  requires org.portunus.system;
  requires org.portunus.tool;
  requires portunus.probe;
  requires tools.jackson.databind;
}
