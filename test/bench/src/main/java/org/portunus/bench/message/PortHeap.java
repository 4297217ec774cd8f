// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.message;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.identity.CodeIdentity;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.AuditToken;
import org.portunus.bench.pair.Rounds;
import org.portunus.kernel.object.Ipc;
import org.portunus.kernel.object.Pool;
import org.portunus.kernel.object.Quota;
import org.portunus.kernel.object.Space;
import org.portunus.kernel.object.Task;

/**
 * Ports of one task, each with a send right in it. The figures are the bytes of all objects after
 * it less those before it, by histogram, and the nanoseconds that it took.
 */
public final class PortHeap implements Rounds.Round {
  /** Its program. */
  public static final String MAIN = "org.portunus.bench/" + PortHeap.class.getName();

  private static final long MUCH = 1L << 40;
  private static final int BYTES_COLUMN = 2;

  private PortHeap() {}

  /** Makes them. */
  public static void main(String[] arguments) throws IOException {
    new Rounds(System.in, System.out).serve(new PortHeap());
  }

  @Override
  public long[] run(int count) throws IOException {
    CodeIdentity nobody = CodeIdentity.ofBytes(new byte[CodeIdentity.BYTES]);
    AuditToken token = new AuditToken(0, 0, 0, 0, 0, 0, 0, 0, 0, nobody);
    Ipc ipc = new Ipc(token, new Pool(Integer.MAX_VALUE, MUCH));
    Task task = ipc.createTask(new TaskId(1, 1), token, new Quota(2 * count, 1, MUCH, 1));
    long before = bytes();
    long begin = System.nanoTime();
    fill(task.space(), count);
    long nanos = System.nanoTime() - begin;
    long after = bytes();
    if (ipc.counts().ports() != count) {
      throw new IOException("other ports than were made");
    }
    return new long[] {after - before, nanos, count};
  }

  private static void fill(Space space, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      int name = space.allocate(RightKind.RECEIVE).orElseThrow();
      if (space.insertRight(name, name, Disposition.MAKE_SEND).number() != 0) {
        throw new IOException("no send right");
      }
    }
  }

  private static long bytes() throws IOException {
    try {
      String histogram =
          (String)
              ManagementFactory.getPlatformMBeanServer()
                  .invoke(
                      new ObjectName("com.sun.management:type=DiagnosticCommand"),
                      "gcClassHistogram",
                      new Object[] {null},
                      new String[] {String[].class.getName()});
      String total = histogram.strip().lines().reduce("", (first, second) -> second);
      return Long.parseLong(total.strip().split(" +")[BYTES_COLUMN]);
    } catch (JMException refused) {
      throw new IOException(refused);
    }
  }
}
