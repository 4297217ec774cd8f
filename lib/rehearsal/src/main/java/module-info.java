// SPDX-License-Identifier: Apache-2.0
/** The dummy bundle that a spare runs before it gets a real one; holds nothing and does nothing. */
module portunus.rehearsal {
  requires static org.jspecify;
  requires org.portunus.system;

  exports portunus.rehearsal;
}
