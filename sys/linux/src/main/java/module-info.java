// SPDX-License-Identifier: Apache-2.0
/**
 * Every Linux system call that Portunus makes, by the FFM API, one package an area. The only module
 * that needs native access.
 */
module org.portunus.linux {
  requires static org.jspecify;

  exports org.portunus.linux.arch;
  exports org.portunus.linux.call;
  exports org.portunus.linux.entry;
  exports org.portunus.linux.event;
  exports org.portunus.linux.file;
  exports org.portunus.linux.landlock;
  exports org.portunus.linux.memory;
  exports org.portunus.linux.process;
  exports org.portunus.linux.seccomp;
  exports org.portunus.linux.socket;
}
