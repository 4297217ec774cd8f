// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.ServiceType;
import org.portunus.system.xpc.wire.Dispatcher;

/**
 * The objects that one side passes by reference, over all sessions of a lasting connection: the
 * same object has the same number again as long as anything refers to it, and a number is never
 * reused. So a request that was encoded for a session that ended can go over the next one.
 *
 * <p>A use is a reference that the peer of a session holds (see {@link HeldExports}), or one in a
 * message that is being made (see {@link Draft}).
 *
 * <p>The lock {@code state} guards everything.
 */
final class ExportTable {
  /** An object and its number. */
  static final class Export {
    private final int number;
    private final Key key;
    private final Dispatcher dispatcher;
    private int uses;

    private Export(int number, Key key, Dispatcher dispatcher) {
      this.number = number;
      this.key = key;
      this.dispatcher = dispatcher;
    }

    int number() {
      return number;
    }

    Dispatcher dispatcher() {
      return dispatcher;
    }
  }

  /** An object, not what it is equal to. */
  private record Key(Class<?> interfaceClass, Object implementation) {
    @Override
    @SuppressWarnings("ReferenceEquality") // identity is what this is about
    public boolean equals(Object other) {
      return other instanceof Key key
          && key.interfaceClass == interfaceClass
          && key.implementation == implementation;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(implementation);
    }
  }

  private final int limit;
  private final ReentrantLock state = new ReentrantLock();
  private final Map<Key, Export> exports = new HashMap<>();
  private int lastNumber;

  ExportTable(int limit) {
    this.limit = limit;
  }

  /**
   * Finds or adds the object and begins a use.
   *
   * @throws PortunusException LIMIT_EXPORTS
   */
  <T> Export use(ServiceType<T> type, T implementation) {
    Key key = new Key(type.interfaceClass(), implementation);
    state.lock();
    try {
      Export known = exports.get(key);
      if (known == null) {
        if (exports.size() >= limit) {
          throw new PortunusException(
              ErrorCode.LIMIT_EXPORTS,
              "this side passes %d objects by reference, the most there may be".formatted(limit));
        }
        known = new Export(++lastNumber, key, type.dispatcher(implementation));
        exports.put(key, known);
      }
      known.uses++;
      return known;
    } finally {
      state.unlock();
    }
  }

  /** Begins another use of what is in use. */
  void use(Export export) {
    state.lock();
    try {
      export.uses++;
    } finally {
      state.unlock();
    }
  }

  /** Ends uses. */
  void end(Export export, int count) {
    state.lock();
    try {
      export.uses -= count;
      if (export.uses == 0) {
        exports.remove(export.key);
      }
    } finally {
      state.unlock();
    }
  }

  /** How many objects are in use. */
  int size() {
    state.lock();
    try {
      return exports.size();
    } finally {
      state.unlock();
    }
  }
}
