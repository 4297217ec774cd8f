// SPDX-License-Identifier: Apache-2.0
/**
 * What decides about tasks and confines them: sandboxes, their verification, the machine's fitness.
 */
module org.portunus.security {
  requires static org.jspecify;
  requires transitive org.portunus.abi;
  requires transitive org.portunus.linux;

  exports org.portunus.security.sandbox;
  exports org.portunus.security.sandbox.filter;
  exports org.portunus.security.sandbox.limits;
  exports org.portunus.security.sandbox.machine;

  // Plans with single layers removed exist for the conformance suites alone.
  opens org.portunus.security.sandbox to
      org.portunus.conformance;
}
