// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * Body of {@link KernelOperation#TASK_START}: what a task is to run, and the names of what it is
 * given for that.
 *
 * <pre>
 *   i32 port set with the receive rights
 *   u16 receive rights, each: i32 name, in the order of the record's services
 *   LaunchRecord
 * </pre>
 *
 * @param ports a name for each service of the record
 */
public record StartOrder(int portSet, List<Integer> ports, LaunchRecord record) {
  public StartOrder {
    ports = List.copyOf(ports);
  }

  public byte[] toBytes() {
    WireWriter out = new WireWriter().i32(portSet).u16(ports.size());
    ports.forEach(out::i32);
    return out.fixed(record.toBytes()).toBytes();
  }

  public static StartOrder read(byte[] body) throws MalformedFrameException {
    WireReader in = new WireReader(body);
    int set = in.i32("port set");
    int count = in.u16("receive rights");
    if (count > PortDescriptor.MAX_PORTS) {
      throw new MalformedFrameException(count + " receive rights");
    }
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ports.add(in.i32("receive right"));
    }
    LaunchRecord record = LaunchRecord.read(in);
    if (record.services().size() != count) {
      throw new MalformedFrameException(
          count + " receive rights for " + record.services().size() + " services");
    }
    return new StartOrder(set, ports, record);
  }
}
