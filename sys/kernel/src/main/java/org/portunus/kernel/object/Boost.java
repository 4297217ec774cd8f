// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.Qos;

/**
 * What one message does for whoever has it: works at its sender's QoS. It goes where the message's
 * reply right goes, from queue to space, and ends when that right is used or given up, at the
 * latest with its sender. A message without a send-once reply right boosts until it is received.
 *
 * <p>Invariants: it is at one task at most, and counts there exactly while it is. It ends once;
 * ending or moving it after that does nothing. Its own sender it does not boost.
 */
final class Boost {
  /** Where its class comes from. */
  enum Kind {
    /** What was asked for. */
    FIXED,
    /** What the sender works at, as long as it waits. */
    PROPAGATED
  }

  private final Importance sender;
  private final Qos fixed;
  private final Kind kind;
  private @Nullable Importance at;
  private boolean pushes;
  private boolean ended;

  Boost(Importance sender, Qos fixed, Kind kind) {
    this.sender = sender;
    this.fixed = fixed;
    this.kind = kind;
  }

  Importance sender() {
    return sender;
  }

  Qos fixed() {
    return fixed;
  }

  Kind kind() {
    return kind;
  }

  boolean hasEnded() {
    return ended;
  }

  /** The class of the message now. */
  Qos qos() {
    return kind == Kind.PROPAGATED ? fixed.or(sender.effective()) : fixed;
  }

  /** Whom it boosts from now on; null for nobody. */
  void moveTo(@Nullable Task receiver) {
    @Nullable Importance next = receiver == null ? null : receiver.importance();
    if (ended || next == at) {
      return;
    }
    leave();
    if (next == null || next == sender) {
      return;
    }
    at = next;
    if (fixed != Qos.UNSPECIFIED) {
      next.hold(fixed, sender);
    }
    pushes = kind == Kind.PROPAGATED && next.pushedBy(sender);
  }

  private void leave() {
    Importance last = at;
    if (last != null) {
      at = null;
      if (fixed != Qos.UNSPECIFIED) {
        last.release(fixed);
      }
      if (pushes) {
        last.leftBy(sender);
      }
    }
  }

  void end() {
    if (!ended) {
      leave();
      ended = true;
      sender.taken(this);
    }
  }
}
