// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.xpc.MemoryRight;

/**
 * Byte data that is too long for the body of a message. It stands in a memory file of its own,
 * sealed before the message is sent, and the message has a mark and the right to it instead.
 */
final class LargeData {
  /** Stands where the length of shorter data does. */
  static final int MARK = -1;

  /** Shorter data is not worth a file. */
  static final int LEAST = 1 << 20;

  /** Most bytes. */
  static final long MOST = 256L << 20;

  private LargeData() {}

  /**
   * Makes the file.
   *
   * @throws PortunusException LIMIT_MESSAGE for more than {@link #MOST}; what the kernel says
   */
  static MemoryRight store(MemorySegment data) {
    if (data.byteSize() > MOST) {
      throw tooLong(data.byteSize());
    }
    try {
      return MemoryRight.copyOf(data);
    } catch (IOException failure) {
      throw new PortunusException(
          ErrorCode.SYSTEM_CALL, "memory for " + data.byteSize() + " bytes of a message", failure);
    }
  }

  /**
   * Maps what has come, and closes the descriptor.
   *
   * @param arena unmaps it
   * @throws PortunusException RIGHT_REFUSED for what is no sealed memory, or has fewer bytes than
   *     it says; LIMIT_MESSAGE
   */
  static MemorySegment map(Descriptor file, Arena arena) {
    try (MemoryRight right = MemoryRight.ofDescriptor(file)) {
      if (right.size() > MOST) {
        throw tooLong(right.size());
      }
      // Nobody is to pay for bytes that the sender has not paid for.
      if (file.status().allocated() < right.size()) {
        throw new PortunusException(
            ErrorCode.RIGHT_REFUSED,
            "%d bytes, of which %d are there".formatted(right.size(), file.status().allocated()));
      }
      return right.map(arena);
    } catch (IOException failure) {
      throw new PortunusException(ErrorCode.SYSTEM_CALL, "memory of a message", failure);
    }
  }

  private static PortunusException tooLong(long bytes) {
    return new PortunusException(
        ErrorCode.LIMIT_MESSAGE, "%d bytes in one piece, at most %d".formatted(bytes, MOST));
  }
}
