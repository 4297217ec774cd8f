// SPDX-License-Identifier: Apache-2.0
/** Hostile code: tries what a sandbox must refuse, as a service, as a bare task, and outside. */
module portunus.probe {
  requires static org.jspecify;
  requires transitive org.portunus.system;
  requires org.portunus.linux;

  exports portunus.probe;
  exports portunus.probe.mach;
}
