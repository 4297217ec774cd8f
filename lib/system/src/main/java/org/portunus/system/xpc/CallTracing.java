// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc;

import java.util.Optional;
import org.portunus.abi.wire.CallContext;

/**
 * Ties calls to what a tracing library knows of them. {@link Instance#connect} takes the first
 * provider that {@link java.util.ServiceLoader} finds; a bundle's task the one for OpenTelemetry,
 * if the bundle has that. Safe for use by several threads; it must not block.
 */
public interface CallTracing {
  /** What the calling thread works on; empty if nothing. */
  Optional<CallContext> current();

  /**
   * The calling thread works on this, which a client told of its call, until the scope is closed.
   */
  Scope enter(CallContext context);

  /** The time in which something is worked on. */
  interface Scope extends AutoCloseable {
    @Override
    void close();
  }
}
