// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Who pays for the send-once rights of one port: the task that received from it when each was made.
 * They stay its maker's when the receive right moves on, so nobody can burden another task by
 * sending it a port.
 *
 * <p>Invariant: the counts add up to the port's send-once rights until the port dies, then there
 * are none. Rights cannot be told apart; the newest maker is relieved first.
 */
@SuppressWarnings("ReferenceEquality") // the shared empty one is meant itself
final class OnceCharges {
  private static final class Charge {
    final @Nullable Account account;
    int count;

    Charge(@Nullable Account account) {
      this.account = account;
    }
  }

  private static final ArrayDeque<Charge> NONE = new ArrayDeque<>(0);

  // NONE until there is one: most ports never have any.
  private ArrayDeque<Charge> charges = NONE;

  /** No account: the kernel's. */
  void add(@Nullable Account account) {
    Charge last = charges.peekLast();
    if (last == null || last.account != account) {
      last = new Charge(account);
      if (charges == NONE) {
        charges = new ArrayDeque<>(1);
      }
      charges.addLast(last);
    }
    last.count++;
    if (account != null) {
      account.changeSendOnce(1);
    }
  }

  void remove() {
    Charge last = charges.peekLast();
    if (last == null) {
      return;
    }
    last.count--;
    if (last.account != null) {
      last.account.changeSendOnce(-1);
    }
    if (last.count == 0) {
      charges.removeLast();
    }
  }

  void clear() {
    for (Charge charge : charges) {
      if (charge.account != null) {
        charge.account.changeSendOnce(-charge.count);
      }
    }
    charges.clear();
  }

  int total() {
    return charges.stream().mapToInt(charge -> charge.count).sum();
  }

  int of(Account account) {
    return charges.stream().filter(c -> c.account == account).mapToInt(c -> c.count).sum();
  }
}
