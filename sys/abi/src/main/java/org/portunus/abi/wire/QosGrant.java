// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import org.portunus.abi.mach.Qos;

/**
 * How urgently a task works.
 *
 * <pre>
 *   u8 own class
 *   u8 ceiling
 * </pre>
 *
 * @param own what it works at while nobody waits for it
 * @param ceiling the most that it may ask others to work at for it; own at least
 */
public record QosGrant(Qos own, Qos ceiling) {
  /** Where nothing is granted. */
  public static final QosGrant STANDARD = new QosGrant(Qos.DEFAULT, Qos.DEFAULT);

  /** Of a program outside: somebody waits for it. */
  public static final QosGrant OUTSIDE = new QosGrant(Qos.DEFAULT, Qos.USER_INITIATED);

  /**
   * @throws IllegalArgumentException for an unspecified class, or one above the ceiling
   */
  public QosGrant {
    if (own == Qos.UNSPECIFIED || own.isAbove(ceiling)) {
      throw new IllegalArgumentException("QoS " + own + " under the ceiling " + ceiling);
    }
  }

  void write(WireWriter out) {
    out.u8(own.number()).u8(ceiling.number());
  }

  static QosGrant read(WireReader in) throws MalformedFrameException {
    Qos own = qos(in, "QoS");
    Qos ceiling = qos(in, "QoS ceiling");
    if (own == Qos.UNSPECIFIED || own.isAbove(ceiling)) {
      throw new MalformedFrameException("QoS is " + own + " under the ceiling " + ceiling);
    }
    return new QosGrant(own, ceiling);
  }

  /** A class on the wire: u8. */
  static Qos qos(WireReader in, String field) throws MalformedFrameException {
    int number = in.u8(field);
    return Qos.of(number).orElseThrow(() -> new MalformedFrameException(field + " is " + number));
  }
}
