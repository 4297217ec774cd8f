// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.Optional;
import java.util.ServiceLoader;
import org.portunus.system.xpc.CallTracing;
import org.portunus.system.xpc.XpcEvent;
import org.portunus.system.xpc.XpcEvents;

/** Hears as another does, and ties calls to traces. */
public record TracedEvents(XpcEvents events, CallTracing traces) implements XpcEvents {
  /** The same events, tied to traces if the thread's loader has a provider. */
  public static XpcEvents of(XpcEvents events) {
    Optional<CallTracing> found = ServiceLoader.load(CallTracing.class).findFirst();
    return found.isPresent() ? new TracedEvents(events, found.get()) : events;
  }

  @Override
  public void happened(XpcEvent event) {
    events.happened(event);
  }

  @Override
  public Optional<CallTracing> tracing() {
    return Optional.of(traces);
  }
}
