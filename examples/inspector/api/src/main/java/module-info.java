// SPDX-License-Identifier: Apache-2.0
/** The typed service that looks into documents which nobody vouches for. */
module portunus.example.inspector.api {
  requires static org.jspecify;
  requires transitive org.portunus.system;

  exports portunus.example.inspector;
}
