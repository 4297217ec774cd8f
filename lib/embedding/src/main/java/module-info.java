// SPDX-License-Identifier: Apache-2.0
/** A private instance of the system inside a program. */
module org.portunus.embedding {
  requires static org.jspecify;
  requires transitive org.portunus.system;

  exports org.portunus.embedding;
  exports org.portunus.tool.instance;
}
