// SPDX-License-Identifier: Apache-2.0
/** Sends what a bundle logs by SLF4J to its standard error, which launchd keeps. */
module org.portunus.slf4j {
  requires static org.jspecify;
  requires org.portunus.system;
  requires org.slf4j;

  exports org.portunus.slf4j;

  provides org.slf4j.spi.SLF4JServiceProvider with
      org.portunus.slf4j.StandardErrorProvider;
}
