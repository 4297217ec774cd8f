// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.machine;

/**
 * One thing that the system needs of this machine, and whether it is there.
 *
 * @param name what it is
 * @param found what this machine has
 * @param needed what the system needs
 * @param replacement what takes its place where it is not there; empty when nothing does
 * @param weaker what is then weaker; empty when nothing is
 * @param remedy what root or the administrator would add; empty when there is nothing to add
 */
public record Finding(
    String name,
    String found,
    String needed,
    State state,
    String replacement,
    String weaker,
    String remedy) {

  /** How well the need is met. */
  public enum State {
    /** Fully. */
    OK,
    /** The system runs with something in its place. */
    WEAKER,
    /** The system does not start. */
    MISSING
  }

  static Finding ok(String name, String found, String needed) {
    return new Finding(name, found, needed, State.OK, "", "", "");
  }

  static Finding missing(String name, String found, String needed, String remedy) {
    return new Finding(name, found, needed, State.MISSING, "", "no task can be started", remedy);
  }
}
