// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.file.Descriptor;

/** A child of one of our children, held by its pidfd. Any thread may call. */
public final class Grandchild implements AutoCloseable {
  /** Field of /proc/PID/stat behind the name, proc(5): ppid is 4. */
  private static final int PARENT = 1;

  private final Descriptor pidfd;

  private Grandchild(Descriptor pidfd) {
    this.pidfd = pidfd;
  }

  /**
   * Takes hold of it.
   *
   * @param pid as somebody has told it
   * @param parent a child of ours that was not reaped
   * @return empty if no such process is a child of the parent
   */
  public static Optional<Grandchild> of(int pid, Child parent) {
    if (pid <= 0) {
      return Optional.empty();
    }
    long raw = SystemCall.invoke(Call.PIDFD_OPEN, pid, 0);
    if (raw < 0) {
      return Optional.empty();
    }
    Grandchild held = new Grandchild(Descriptor.own((int) raw));
    // SAFETY: the parent's pid is not given to another process before we reap it. If the process of
    // that number is its child, and the one that we hold still lives, both are the same.
    if (parentOf(pid) == parent.pid() && held.signal(0) == 0) {
      return Optional.of(held);
    }
    held.close();
    return Optional.empty();
  }

  private static int parentOf(int pid) {
    Path file = Path.of("/proc", Integer.toString(pid), "stat");
    try {
      String stat = Files.readString(file, StandardCharsets.ISO_8859_1);
      // The name, in brackets, may have anything in it.
      return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[PARENT]);
    } catch (IOException gone) {
      return 0;
    }
  }

  /** Sends a signal, pidfd_send_signal(2): 0, or a negative errno. */
  public int signal(int signal) {
    return (int) SystemCall.invoke(Call.PIDFD_SEND_SIGNAL, pidfd.raw(), signal, 0, 0);
  }

  @Override
  public void close() {
    pidfd.close();
  }
}
