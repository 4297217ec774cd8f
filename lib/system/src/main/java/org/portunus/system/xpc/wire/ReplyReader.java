// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import org.jspecify.annotations.Nullable;

/** Generated: reads the reply of a call whose result is a stage. */
@FunctionalInterface
public interface ReplyReader<T extends @Nullable Object> {
  /**
   * The result.
   *
   * @throws Exception the declared exception that the reply has, or DECODE
   */
  @SuppressWarnings("ProhibitedExceptionDeclared")
  T read(Decoder reply) throws Exception;
}
