// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.debugger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.entry.EntryFailure;
import org.portunus.linux.entry.EntryImage;
import org.portunus.linux.entry.EntryTable;
import org.portunus.linux.entry.EntryValue;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.process.ThisProcess;

/**
 * Starts a program in the network of a sandbox, and in nothing else of it. Linux lets root and the
 * user of the instance do so: first they enter the user namespace that the network belongs to, of
 * which the process in the sandbox is only a guest. A program of one thread must do it, so an
 * entry.
 */
final class NetworkEntry implements AutoCloseable {
  private static final int CLONE_NEWUSER = 0x10000000;
  private static final int CLONE_NEWNET = 0x40000000;
  private static final int NS_GET_USERNS = 0xB701;
  private static final int STANDARD_ERROR = 2;
  private static final int LONGEST_COMPLAINT = 64 << 10;

  private final EntryTable table = EntryTable.reportingTo(STANDARD_ERROR);
  private final MemoryFile program;

  /**
   * Prepares.
   *
   * @param task host pid of a process in the sandbox
   * @param command the program and its arguments
   */
  NetworkEntry(long task, List<String> command) throws LinuxException {
    EntryValue network = table.open("/proc/" + task + "/ns/net", OpenFlag.READ_ONLY);
    EntryValue owner = table.call(Call.IOCTL, network, EntryValue.of(NS_GET_USERNS));
    // Whoever is in it already may not enter it again, and need not.
    table.callTolerating(Errno.EINVAL, Call.SETNS, owner, EntryValue.of(CLONE_NEWUSER));
    table.call(Call.SETNS, network, EntryValue.of(CLONE_NEWNET));
    table.call(Call.CLOSE, owner);
    table.execute(command.getFirst(), command, List.of());
    program = MemoryFile.sealedProgram("portunus-network", EntryImage.emit(table));
  }

  /** Starts it; its standard error is for {@link #complaint}. */
  Process start() throws IOException {
    Path path =
        Path.of(
            "/proc", Integer.toString(ThisProcess.pid()), "fd", "" + program.descriptor().raw());
    return new ProcessBuilder(path.toString()).start();
  }

  /** What an ended program says of its failure. */
  PortunusException complaint(Process ended) throws IOException {
    byte[] said = ended.getErrorStream().readNBytes(LONGEST_COMPLAINT);
    String why =
        EntryFailure.decode(said)
            .map(failure -> failure + " in " + table.describe(failure.row()))
            .orElseGet(() -> new String(said, StandardCharsets.UTF_8).strip());
    return new PortunusException(
        ErrorCode.DEBUG_REFUSED, "the way into the sandbox's network ended: " + why);
  }

  @Override
  public void close() {
    program.close();
  }
}
