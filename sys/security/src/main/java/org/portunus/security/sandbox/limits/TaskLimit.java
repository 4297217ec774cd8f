// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.limits;

import org.portunus.linux.process.ResourceLimit;

/**
 * A resource limit of a task, soft and hard alike.
 *
 * @param value in the resource's unit
 */
public record TaskLimit(ResourceLimit resource, long value) {
  /** Its name in {@code /proc/PID/limits}. */
  public String procName() {
    return switch (resource) {
      case CPU -> "Max cpu time";
      case FILE_SIZE -> "Max file size";
      case DATA -> "Max data size";
      case STACK -> "Max stack size";
      case CORE -> "Max core file size";
      case RESIDENT -> "Max resident set";
      case PROCESSES -> "Max processes";
      case OPEN_FILES -> "Max open files";
      case LOCKED_MEMORY -> "Max locked memory";
      case ADDRESS_SPACE -> "Max address space";
      case LOCKS -> "Max file locks";
      case PENDING_SIGNALS -> "Max pending signals";
      case MESSAGE_QUEUES -> "Max msgqueue size";
      case NICE -> "Max nice priority";
      case REAL_TIME_PRIORITY -> "Max realtime priority";
      case REAL_TIME_SLICE -> "Max realtime timeout";
    };
  }
}
