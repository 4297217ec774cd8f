// SPDX-License-Identifier: Apache-2.0
/** Every service interface of the system, one package a service. */
module org.portunus.interfaces {
  requires static org.jspecify;
  requires transitive org.portunus.system;

  exports org.portunus.interfaces.launchd;
}
