// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.entry;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Pipe;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.process.Child;
import org.portunus.linux.process.ExitRecord;
import org.portunus.linux.process.Spawn;

/**
 * Runs a table in a real process, from a sealed memory file.
 *
 * @param output what the program wrote to 1 and 2
 */
public record EntryRun(ExitRecord.Outcome outcome, String output, Optional<EntryFailure> failure) {
  /** The number under which the child has its report pipe. */
  public static final int REPORT = 4;

  private static final int PROGRAM = 5;

  /** Runs the table to its end. */
  public static EntryRun of(EntryTable table) throws LinuxException {
    return run(Spawn.of("/proc/self/fd/" + PROGRAM, List.of("entry")), EntryImage.emit(table));
  }

  /** Runs a prepared command that finds the image under descriptor 5. */
  static EntryRun run(Spawn spawn, byte[] image) throws LinuxException {
    try (MemoryFile program = MemoryFile.sealedProgram("entry", image);
        Pipe output = Pipe.create();
        Pipe report = Pipe.create()) {
      spawn
          .descriptor(output.writer(), 1)
          .descriptor(output.writer(), 2)
          .descriptor(report.writer(), REPORT)
          .descriptor(program.descriptor(), PROGRAM);
      try (Child child = spawn.start()) {
        output.writer().close();
        report.writer().close();
        byte[] text = output.reader().readFully(1 << 16);
        byte[] record = report.reader().readFully(64);
        return new EntryRun(
            child.await().outcome(),
            new String(text, StandardCharsets.UTF_8),
            EntryFailure.decode(record));
      }
    }
  }

  /** A table whose last row runs a shell script. */
  public static EntryTable shell(EntryTable table, String script) {
    return table.execute("/bin/sh", List.of("sh", "-c", script), List.of("LC_ALL=C"));
  }
}
