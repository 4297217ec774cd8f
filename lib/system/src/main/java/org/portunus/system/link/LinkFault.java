// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

/**
 * Why a link is dead. On hot paths a fault is the negative number {@link #result}, which is none of
 * the other results there.
 */
public enum LinkFault {
  /** A record's length is less than its head, more than a frame, or leads over the ring's end. */
  RECORD_LENGTH(-1000),
  /** A record is of no kind, or padding that does not end at the ring's end. */
  RECORD_KIND(-1001),
  /** The peer says it has read what was not written, or takes back what it had read. */
  CONSUMED(-1002),
  /** The peer's word of attention has no such value. */
  ATTENTION(-1003),
  /** The peer says that it reads no more from a position that was not written. */
  CLOSED(-1004),
  /** There is no room for a reply whose room the request had reserved. */
  NO_CREDIT(-1005),
  /** The kernel task revoked the link. */
  SEVERED(-1006);

  private static final int FIRST = -1000;

  private final int result;

  LinkFault(int result) {
    this.result = result;
  }

  /** The fault as the result of a hot path. */
  public int result() {
    return result;
  }

  /** Whether a result of a hot path is a fault. */
  public static boolean is(int result) {
    return result <= FIRST;
  }

  /** The fault of a result that is one. */
  public static LinkFault of(int result) {
    for (LinkFault fault : values()) {
      if (fault.result == result) {
        return fault;
      }
    }
    throw new IllegalArgumentException("no fault is " + result);
  }
}
