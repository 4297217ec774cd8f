// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.crash;

import java.util.ArrayList;
import java.util.List;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;

/**
 * The connections that a task served when it ended, the latest last.
 *
 * @param left connections that found no room here
 */
public record LastCalls(List<Served> connections, int left) {
  /** Most connections that are kept of one task. */
  public static final int MOST = 32;

  /** Most calls that are kept of one connection. */
  public static final int MOST_CALLS = 8;

  private static final int MAX_LABEL = 128;

  public LastCalls {
    connections = List.copyOf(connections);
  }

  /**
   * One connection.
   *
   * @param client counter of the client's TaskId
   * @param calls that the client waited for: told by it
   */
  public record Served(long connection, long client, String clientLabel, List<Call> calls) {
    public Served {
      calls = List.copyOf(calls);
    }
  }

  /** One call, by its number on the connection. */
  public record Call(long call, int method) {}

  public byte[] toBytes() {
    WireWriter out = new WireWriter().i32(left).i32(connections.size());
    for (Served served : connections) {
      out.i64(served.connection()).i64(served.client()).text(served.clientLabel(), MAX_LABEL);
      out.i32(served.calls().size());
      served.calls().forEach(call -> out.i64(call.call()).i32(call.method()));
    }
    return out.toBytes();
  }

  public static LastCalls read(WireReader in) throws MalformedFrameException {
    int left = in.i32("connections left out", 0, Integer.MAX_VALUE);
    List<Served> connections = new ArrayList<>();
    for (int more = in.i32("connections", 0, MOST); more > 0; more--) {
      long connection = in.i64("connection");
      long client = in.i64("client");
      String label = in.string("client's label", MAX_LABEL);
      List<Call> calls = new ArrayList<>();
      for (int rest = in.i32("calls", 0, MOST_CALLS); rest > 0; rest--) {
        calls.add(new Call(in.i64("call"), in.i32("method")));
      }
      connections.add(new Served(connection, client, label, calls));
    }
    in.end();
    return new LastCalls(connections, left);
  }
}
