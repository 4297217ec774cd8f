// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc;

import org.portunus.system.xpc.wire.Dispatcher;
import org.portunus.system.xpc.wire.Peer;

/**
 * What the processor generated for one {@link Service} interface {@code T}: the class {@code TXpc}
 * has it as {@code TXpc.TYPE}.
 */
public interface ServiceType<T> {
  /** The value of {@link Service}. */
  String name();

  Class<T> interfaceClass();

  /** SHA-256 of the interface's canonical description: methods, types, ids. A fresh copy. */
  byte[] digest();

  /**
   * The interface as text, which ends compare whose digests differ; docs/protocol/values.md has the
   * form. Empty: this end understands no other version.
   */
  default String description() {
    return "";
  }

  /** An object that sends each call to the given object of the peer. */
  T proxy(Peer peer, int object);

  /** Decodes calls and makes them on the implementation. */
  Dispatcher dispatcher(T implementation);
}
