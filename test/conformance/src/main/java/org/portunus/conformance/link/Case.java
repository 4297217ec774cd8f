// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import java.util.Random;
import org.portunus.conformance.link.Fault.Outcome;
import org.portunus.conformance.link.LinkState.Seat;
import org.portunus.kernel.link.TaskWords;

/**
 * One attack on one link.
 *
 * @param seed chooses everything that varies
 * @param place in the victim's sever words
 */
record Case(LinkState state, Fault fault, long seed, TaskWords.Place place) {
  /** Which end the attacker has. */
  Seat seat() {
    boolean needsService =
        switch (fault) {
          case CREDIT, REFERENCES -> true;
          case METHOD, HOLDS -> state != LinkState.REFERRING;
          default -> false;
        };
    return needsService && state.has(Seat.CLIENT) ? Seat.CLIENT : state.seat(seed);
  }

  Outcome outcome() {
    return fault.outcome(state, seat());
  }

  /** Neighbouring seeds of java.util.Random begin alike: they are spread first. */
  Random random() {
    return new Random(
        seed * 0x9E3779B97F4A7C15L + 31L * state.name().hashCode() + fault.name().hashCode());
  }

  String text() {
    return state + " " + fault + " " + seed + " " + place.index() + " " + place.epoch();
  }

  static Case parse(String text) {
    String[] words = text.split(" ", -1);
    return new Case(
        LinkState.valueOf(words[0]),
        Fault.valueOf(words[1]),
        Long.parseLong(words[2]),
        new TaskWords.Place(Integer.parseInt(words[3]), Integer.parseInt(words[4])));
  }
}
