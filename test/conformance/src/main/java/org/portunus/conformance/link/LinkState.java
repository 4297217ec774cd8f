// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

/**
 * Where the victim stands when the attacker strikes: the states of the protocol (docs/protocol
 * link.md and connection.md), as the victim has them.
 *
 * <pre>
 *   GREETING --hello, no thread reads-----------> AWAY
 *   AWAY ------a call--------------------------> AWAKE
 *   AWAKE -----nothing came while it spun------> ASLEEP --woken--> AWAKE
 *   AWAKE -----a call of the peer--------------> RUNNING
 *   RUNNING ---the ring is full----------------> SENDING
 *   AWAKE -----one-way calls wait--------------> ONEWAYS
 *   AWAKE -----first frame of a message--------> FRAGMENT
 *   AWAKE -----an object was passed------------> REFERRING
 *   RUNNING ---the service stops---------------> DRAINING
 *   ASLEEP ----the peer's notice---------------> TERMINATING
 *   any -------the kernel task-----------------> SEVERED
 * </pre>
 */
enum LinkState {
  GREETING,
  AWAY,
  AWAKE,
  ASLEEP,
  RUNNING(Seat.CLIENT),
  SENDING,
  ONEWAYS(Seat.CLIENT),
  FRAGMENT,
  REFERRING,
  DRAINING(Seat.CLIENT),
  TERMINATING(Seat.SERVICE),
  SEVERED;

  /** Which end the attacker has. */
  enum Seat {
    CLIENT,
    SERVICE
  }

  private final boolean forClient;
  private final boolean forService;

  LinkState() {
    forClient = true;
    forService = true;
  }

  LinkState(Seat only) {
    forClient = only == Seat.CLIENT;
    forService = only == Seat.SERVICE;
  }

  /** The attacker's seat in a case: where both are possible, they take turns. */
  Seat seat(long seed) {
    Seat turn = (seed & 1) == 0 ? Seat.CLIENT : Seat.SERVICE;
    return has(turn) ? turn : turn == Seat.CLIENT ? Seat.SERVICE : Seat.CLIENT;
  }

  boolean has(Seat seat) {
    return seat == Seat.CLIENT ? forClient : forService;
  }

  /** Whether the hello is done and the link still carries calls of both. */
  boolean isOpen() {
    return this != GREETING && this != SEVERED && this != DRAINING && this != TERMINATING;
  }
}
