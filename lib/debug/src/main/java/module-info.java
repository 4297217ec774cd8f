// SPDX-License-Identifier: Apache-2.0
/** What answers in a service in development mode when somebody looks inside; in no other task. */
module org.portunus.debug {
  requires static org.jspecify;
  requires java.management;
  requires jdk.jfr;
  requires jdk.management;
  requires transitive org.portunus.system;

  exports org.portunus.debug;
}
