// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.time.Duration;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.system.port.KernelGreeting;

/**
 * What one side of a connection takes. The first four are said in the hello; the smaller of both
 * sides holds.
 *
 * @param maxMessage longest message body, bytes
 * @param maxDescriptors most descriptors of a message
 * @param maxCalls most unanswered calls in each direction
 * @param maxExports most objects passed by reference in each direction
 * @param handlers most calls of the peer that run at once
 * @param maxWaitingBytes most bytes of calls of the peer that have not ended; beyond it nothing is
 *     read for {@code patience}, then the connection ends
 * @param maxWaitingOneways as many one-way calls may wait; beyond it the same
 * @param fileRights how rights to files travel to the peer
 * @param patience how long a reply waits for room, and the reader for handlers
 */
public record ConnectionLimits(
    int maxMessage,
    int maxDescriptors,
    int maxCalls,
    int maxExports,
    int handlers,
    int maxWaitingBytes,
    int maxWaitingOneways,
    FileRightTravel fileRights,
    Duration patience) {

  /** How a right to a file travels. */
  public enum FileRightTravel {
    /** As a descriptor of the file. */
    DESCRIPTOR,
    /** As a fully sealed copy, where the kernel has too little Landlock to guard a descriptor. */
    SEALED_COPY
  }

  /** The usual limits, in an instance whose kernel said this in its hello. */
  public static ConnectionLimits in(KernelGreeting greeting) {
    boolean direct = (greeting.peer().features() & Hello.DIRECT_FILE_RIGHTS) != 0;
    return standard(direct ? FileRightTravel.DESCRIPTOR : FileRightTravel.SEALED_COPY);
  }

  /** The usual limits. */
  public static ConnectionLimits standard(FileRightTravel fileRights) {
    return new ConnectionLimits(
        4 << 20,
        KernelFrame.MAX_DESCRIPTORS,
        256,
        1024,
        8,
        8 << 20,
        256,
        fileRights,
        Duration.ofSeconds(10));
  }

  public ConnectionLimits {
    if (maxMessage < 1024 || maxWaitingBytes < maxMessage || maxCalls < 1 || handlers < 1) {
      throw new IllegalArgumentException("limits that let nothing through");
    }
  }

  Hello hello() {
    return new Hello(
        Hello.oldestSpoken(),
        Hello.newestSpoken(),
        Hello.TERMINATION_NOTICE | Hello.DESCRIPTIONS | Hello.CALL_CONTEXT | Hello.REMOTE_CAUSES,
        maxMessage,
        maxDescriptors,
        maxCalls,
        maxExports);
  }
}
