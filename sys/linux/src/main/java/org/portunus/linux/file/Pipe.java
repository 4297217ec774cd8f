// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.file;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;

/** Both ends of a pipe, pipe2(2), close-on-exec; closing this closes what is still open. */
public record Pipe(Descriptor reader, Descriptor writer) implements AutoCloseable {
  /** Makes a pipe. */
  public static Pipe create() throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
      LinuxException.check(
          "pipe2", SystemCall.invoke(Call.PIPE2, ends.address(), OpenFlag.CLOSE_ON_EXEC));
      return new Pipe(
          Descriptor.own(ends.getAtIndex(ValueLayout.JAVA_INT, 0)),
          Descriptor.own(ends.getAtIndex(ValueLayout.JAVA_INT, 1)));
    }
  }

  @Override
  public void close() {
    reader.close();
    writer.close();
  }
}
