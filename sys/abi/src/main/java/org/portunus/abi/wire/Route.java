// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

/** How the connections of a service are carried. */
public enum Route {
  /** From task to task, over a link where both know links. */
  DIRECT(0),
  /** By the kernel task, frame by frame. */
  RELAYED(1);

  private final int number;

  Route(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** The route of this number. */
  public static Route of(int number) throws MalformedFrameException {
    for (Route route : values()) {
      if (route.number == number) {
        return route;
      }
    }
    throw new MalformedFrameException("route is " + number);
  }
}
