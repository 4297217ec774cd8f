// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.util.Optional;
import org.portunus.abi.id.InstanceId;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;

/**
 * What the kernel says first.
 *
 * @param peer its own hello
 * @param task who this task is
 * @param bootstrap send right to launchd's bootstrap port
 * @param host send right to the host port; only launchd has one
 * @param bootstrapReceive the bootstrap port itself; only launchd has it
 */
public record KernelGreeting(
    Hello peer,
    InstanceId instance,
    TaskId task,
    Optional<PortName> bootstrap,
    Optional<PortName> host,
    Optional<PortName> bootstrapReceive) {

  static KernelGreeting read(Hello peer, WireReader in) throws MalformedFrameException {
    InstanceId instance = new InstanceId(in.i64("instance high"), in.i64("instance low"));
    TaskId task = new TaskId(in.i32("boot epoch"), in.i64("task"));
    Optional<PortName> bootstrap = right(in, "bootstrap right");
    Optional<PortName> host = right(in, "host right");
    Optional<PortName> receive = right(in, "bootstrap receive right");
    in.end();
    return new KernelGreeting(peer, instance, task, bootstrap, host, receive);
  }

  private static Optional<PortName> right(WireReader in, String field)
      throws MalformedFrameException {
    return Optional.of(new PortName(in.i32(field))).filter(PortName::isValid);
  }
}
