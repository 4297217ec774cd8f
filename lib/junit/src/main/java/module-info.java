// SPDX-License-Identifier: Apache-2.0
/** Tests of services with JUnit: the same test in process and sandboxed. */
module org.portunus.junit {
  requires static org.jspecify;
  requires org.portunus.embedding;
  requires transitive org.junit.jupiter.api;

  exports org.portunus.junit;
}
