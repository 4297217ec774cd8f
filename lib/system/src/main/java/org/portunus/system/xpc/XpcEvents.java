// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc;

/** Hears of events, on the thread where they happen; it must not block. */
@FunctionalInterface
public interface XpcEvents {
  /** Hears nothing. */
  XpcEvents NONE = event -> {};

  void happened(XpcEvent event);
}
