// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc;

import java.util.Optional;

/** Hears of events, on the thread where they happen; it must not block. */
@FunctionalInterface
public interface XpcEvents {
  /** Hears nothing. */
  XpcEvents NONE = event -> {};

  void happened(XpcEvent event);

  /** What ties the calls of its connections to traces; asked once for each connection. */
  default Optional<CallTracing> tracing() {
    return Optional.empty();
  }
}
