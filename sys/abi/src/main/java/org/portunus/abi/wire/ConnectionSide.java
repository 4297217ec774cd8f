// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

/** As which end of a connection a task speaks; one task may be both. */
public enum ConnectionSide {
  CLIENT(0),
  SERVICE(1);

  private final int number;

  ConnectionSide(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  public ConnectionSide other() {
    return this == CLIENT ? SERVICE : CLIENT;
  }

  static ConnectionSide read(WireReader in) throws MalformedFrameException {
    int number = in.u8("side");
    return switch (number) {
      case 0 -> CLIENT;
      case 1 -> SERVICE;
      default -> throw new MalformedFrameException("side is " + number);
    };
  }
}
