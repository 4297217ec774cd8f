// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

/** What a sender asks for beside its message. */
public enum SendOption {
  NONE,
  /** MACH_SEND_NOTIFY: a send refused for want of room arms the send-possible request. */
  NOTIFY
}
