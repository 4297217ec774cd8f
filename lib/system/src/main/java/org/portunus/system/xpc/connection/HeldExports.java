// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.system.xpc.connection.ExportTable.Export;
import org.portunus.system.xpc.wire.Dispatcher;

/**
 * Which objects of this side the peer of one session holds, each with its count of references. All
 * are given up when the session ends.
 *
 * <p>The lock {@code state} guards everything; the table's lock is taken under it.
 */
final class HeldExports {
  private static final class Held {
    final Export export;
    int references;

    Held(Export export) {
      this.export = export;
    }
  }

  private final ExportTable table;
  private final ReentrantLock state = new ReentrantLock();
  private final Map<Integer, Held> held = new HashMap<>();
  private boolean ended;
  // Whether the map has any, for those who look without the lock.
  private volatile boolean any;

  HeldExports(ExportTable table) {
    this.table = table;
  }

  /**
   * The peer is about to get these; before the message is sent, since it may answer at once.
   *
   * @param limit what the peer takes
   * @throws PortunusException LIMIT_EXPORTS; nothing was added
   */
  void add(List<Export> exports, int limit) {
    state.lock();
    try {
      if (ended) {
        return;
      }
      for (int i = 0; i < exports.size(); i++) {
        Export export = exports.get(i);
        Held entry = held.get(export.number());
        if (entry == null) {
          if (held.size() >= limit) {
            remove(exports.subList(0, i));
            throw new PortunusException(
                ErrorCode.LIMIT_EXPORTS,
                "the peer holds %d objects by reference, the most it takes".formatted(limit));
          }
          entry = new Held(export);
          held.put(export.number(), entry);
          any = true;
        }
        entry.references++;
        table.use(export);
      }
    } finally {
      state.unlock();
    }
  }

  /** Takes back what {@link #add} added, since the message was not sent. */
  void remove(List<Export> exports) {
    state.lock();
    try {
      for (Export export : exports) {
        Held entry = held.get(export.number());
        if (entry != null) {
          drop(entry, 1);
        }
      }
    } finally {
      state.unlock();
    }
  }

  /** Whether the peer holds any object; a hint. */
  boolean areHeld() {
    return any;
  }

  /**
   * The peer gave references back.
   *
   * @throws MalformedFrameException when it does not hold so many
   */
  void release(int object, int count) throws MalformedFrameException {
    state.lock();
    try {
      Held entry = held.get(object);
      if (entry == null || count < 1 || count > entry.references) {
        throw new MalformedFrameException(
            "release of " + count + " references to object " + object + ", which it does not hold");
      }
      drop(entry, count);
    } finally {
      state.unlock();
    }
  }

  private void drop(Held entry, int count) {
    entry.references -= count;
    if (entry.references == 0) {
      held.remove(entry.export.number());
      any = !held.isEmpty();
    }
    table.end(entry.export, count);
  }

  Optional<Dispatcher> find(int object) {
    state.lock();
    try {
      return Optional.ofNullable(held.get(object)).map(entry -> entry.export.dispatcher());
    } finally {
      state.unlock();
    }
  }

  /** The session has ended: the peer holds nothing any more. */
  void end() {
    state.lock();
    try {
      ended = true;
      held.values().forEach(entry -> table.end(entry.export, entry.references));
      held.clear();
    } finally {
      state.unlock();
    }
  }
}
