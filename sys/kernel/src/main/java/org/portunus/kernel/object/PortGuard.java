// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

/**
 * What the holder of a receive right has laid down for it. It is gone when the right leaves its
 * space.
 *
 * @param context any value of the holder's; of a guarded port, the guard
 * @param strict the context can't be changed
 * @param immovable the right can't be moved
 */
record PortGuard(long context, boolean guarded, boolean strict, boolean immovable) {
  static final PortGuard NONE = new PortGuard(0, false, false, false);

  PortGuard withContext(long value) {
    return new PortGuard(value, guarded, strict, immovable);
  }

  /** Whether who shows this value may end the port. */
  boolean opensFor(long guard) {
    return !guarded || context == guard;
  }
}
