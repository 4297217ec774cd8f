// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import org.portunus.conformance.link.LinkState.Seat;

/** What the attacker does, and what the victim must make of it. */
enum Fault {
  GARBAGE("random bytes where the next records are", Outcome.TYPED),
  LENGTH("a record's length lies", Outcome.VIOLATION),
  KIND("a record is of no kind, or padding that leads nowhere", Outcome.VIOLATION),
  CHANGES("bytes change while the victim reads them", Outcome.TYPED),
  HEAD("the frame's own head lies", Outcome.VIOLATION),
  CONSUMED("it has read what was not written, or takes back what it had read", Outcome.TYPED),
  CLOSED("it says that it closes, at a position that was never written, or at none", Outcome.TYPED),
  ATTENTION("its word of attention has a wrong value, or a value that is not so", Outcome.TYPED),
  OVERWRITE("it writes the victim's own words, then rings by both bells", Outcome.LIVES),
  PROCESSOR("it polls on any processor, by its own account", Outcome.LIVES),
  BELLS("it rings without end, by futex and by socket", Outcome.LIVES),
  HEADER("it writes over the header that the kernel made", Outcome.LIVES),
  HOLES("it cuts, seals and punches the memory file", Outcome.TYPED),
  REQUEUE("it moves the victim's waiter to another word before it posts", Outcome.LIVES),
  // Who is not rung for reads nothing: the peer gets no answer, and a call ends by its deadline.
  SILENCE("it posts and never rings", Outcome.TYPED),
  DEAF("it reads nothing and leaves no room", Outcome.TYPED),
  CREDIT("it leaves no room for replies that its calls reserved", Outcome.VIOLATION),
  METHOD("calls of methods that nobody has", Outcome.LIVES),
  OBJECT("calls of objects that it was not given", Outcome.VIOLATION),
  NUMBER("calls with wrong numbers", Outcome.VIOLATION),
  ANSWER("answers to calls that were never made", Outcome.VIOLATION),
  MISPLACED("frames that have no place there", Outcome.VIOLATION),
  FRAGMENTS("fragments that do not belong together, or never end", Outcome.VIOLATION),
  ARGUMENTS("arguments and results of random bytes", Outcome.TYPED),
  REFERENCES("references to objects without end", Outcome.TYPED),
  HOLDS("calls that it never lets end, more than agreed", Outcome.TYPED),
  FLOOD("frames without end, each of them good", Outcome.TYPED),
  DESCRIPTORS("descriptors, which have no place on a link", Outcome.VIOLATION),
  TICKETS(
      "tickets on a link that carries no rights, not as many as said, or of no kind",
      Outcome.VIOLATION),
  PACKETS("packets on the socket that are no bell", Outcome.VIOLATION),
  HALF("it shuts a direction of the socket, or both", Outcome.TYPED),
  STOPS("its process is stopped at this point", Outcome.TYPED),
  DIES("its process is killed at this point", Outcome.TYPED);

  /** What must have become of the victim's session; in each case typed, and all given back. */
  enum Outcome {
    /** The link is dead, by protocol.violation, while the attacker holds on to its end. */
    VIOLATION,
    /** It goes on: calls of both sides are answered as they should be. */
    LIVES,
    /** Either of these, or a typed error of a limit or deadline. */
    TYPED
  }

  private final String title;
  private final Outcome outcome;

  Fault(String title, Outcome outcome) {
    this.title = title;
    this.outcome = outcome;
  }

  String title() {
    return title;
  }

  /** Whether it can be done there, and differs from the same elsewhere. */
  boolean fits(LinkState state) {
    return switch (this) {
      case CREDIT ->
          state == LinkState.AWAY || state == LinkState.AWAKE || state == LinkState.ASLEEP;
      // The attacker must be able to call: it is a client, or was given an object.
      case METHOD -> state.isOpen() && state != LinkState.FRAGMENT && state != LinkState.SENDING;
      case OBJECT, NUMBER, FRAGMENTS -> state.isOpen() && state != LinkState.FRAGMENT;
      case ANSWER -> state.isOpen() && state != LinkState.FRAGMENT;
      case ARGUMENTS, REFERENCES, HOLDS -> state.isOpen() && state != LinkState.FRAGMENT;
      case FLOOD -> state.isOpen() && state != LinkState.FRAGMENT;
      case DEAF -> state != LinkState.GREETING;
      default -> true;
    };
  }

  /** What it must come to there. */
  Outcome outcome(LinkState state, Seat seat) {
    boolean ends =
        state == LinkState.SEVERED
            || state == LinkState.DRAINING
            || state == LinkState.TERMINATING
            || state == LinkState.SENDING;
    if (ends) {
      return Outcome.TYPED;
    }
    if (outcome == Outcome.LIVES && state == LinkState.GREETING) {
      return Outcome.TYPED;
    }
    if (this == METHOD && seat == Seat.SERVICE && state != LinkState.REFERRING) {
      return Outcome.TYPED;
    }
    return outcome;
  }
}
