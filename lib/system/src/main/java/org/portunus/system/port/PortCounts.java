// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.util.List;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.WireWriter;

/**
 * The part of a kernel socket that is about counts of ports and spaces: one method for each
 * operation, as in {@link KernelSocket}.
 */
public final class PortCounts {
  private final Questions questions;

  public PortCounts(KernelSocket socket) {
    this.questions = socket.questions;
  }

  private static WireWriter name(PortName name) {
    return new WireWriter().i32(name.number());
  }

  /** PORT_SET_MSCOUNT. */
  public void setMakeSendCount(PortName name, int count) {
    questions.done(KernelOperation.PORT_SET_MSCOUNT, name(name).i32(count));
  }

  /** PORT_SET_SEQNO: the next message has this number. */
  public void setSequence(PortName name, int sequence) {
    questions.done(KernelOperation.PORT_SET_SEQNO, name(name).i32(sequence));
  }

  /** PORT_GET_COUNTS: send rights, names, and names with a request, of a port received from. */
  public List<Integer> counts(PortName name) {
    return ReplyReading.read(
        questions.ask(KernelOperation.PORT_GET_COUNTS, name(name)),
        in -> {
          List<Integer> counts =
              List.of(in.i32("send rights"), in.i32("names"), in.i32("requests"));
          in.end();
          return counts;
        });
  }

  /** SPACE_INFO: how many names this task may have, and has. */
  public List<Integer> space() {
    return ReplyReading.read(
        questions.ask(KernelOperation.SPACE_INFO, new WireWriter()),
        in -> {
          List<Integer> info = List.of(in.i32("limit"), in.i32("names"));
          in.end();
          return info;
        });
  }
}
