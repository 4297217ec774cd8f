// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

/** Generated: writes the parameters of a call whose result is a stage. */
@FunctionalInterface
public interface RequestWriter {
  void write(Encoder request);
}
