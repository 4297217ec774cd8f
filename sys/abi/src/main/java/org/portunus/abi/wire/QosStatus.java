// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import org.portunus.abi.mach.Qos;

/**
 * Body of the reply to {@link KernelOperation#TASK_GET_QOS}.
 *
 * <pre>
 *   u8 own class, u8 ceiling
 *   u8 the class that the task works at now
 * </pre>
 *
 * @param effective its own, or that of the most urgent message that it has not answered
 */
public record QosStatus(QosGrant grant, Qos effective) {
  public byte[] toBytes() {
    WireWriter out = new WireWriter();
    grant.write(out);
    return out.u8(effective.number()).toBytes();
  }

  public static QosStatus read(byte[] body) throws MalformedFrameException {
    WireReader in = new WireReader(body);
    QosStatus status = new QosStatus(QosGrant.read(in), QosGrant.qos(in, "effective QoS"));
    in.end();
    return status;
  }
}
