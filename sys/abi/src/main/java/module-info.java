// SPDX-License-Identifier: Apache-2.0
/** The contract between kernel, tasks and whoever stores their data: layouts, numbers, names. */
module org.portunus.abi {
  requires static org.jspecify;

  exports org.portunus.abi.annotation;
  exports org.portunus.abi.crash;
  exports org.portunus.abi.error;
  exports org.portunus.abi.id;
  exports org.portunus.abi.identity;
  exports org.portunus.abi.link;
  exports org.portunus.abi.time;
  exports org.portunus.abi.wire;
  exports org.portunus.abi.log;
  exports org.portunus.abi.mach;
}
