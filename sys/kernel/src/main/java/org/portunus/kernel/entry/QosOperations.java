// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.QosStatus;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.entry.PortOperations.Answer;
import org.portunus.kernel.object.Task;

/** Operations about how urgently a task works: decoding, one call, the answer. */
final class QosOperations {
  private QosOperations() {}

  static Answer status(Task task, KernelFrame frame) throws MalformedFrameException {
    new WireReader(frame.body()).end();
    QosStatus status = new QosStatus(task.qosGrant(), task.effectiveQos());
    return Answer.of(new WireWriter().fixed(status.toBytes()));
  }
}
