// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

import java.util.ArrayList;
import java.util.List;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.kernel.custody.Closer;
import org.portunus.kernel.custody.HeldFile;
import org.portunus.kernel.object.Custody;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.Pipe;

/**
 * Where a task's standard output and standard error are read. The kernel reads nothing: it keeps
 * the ends for whichever launchd there is, so that what a task writes waits while there is none.
 *
 * <p>Lock: none; the loop.
 */
public final class TaskOutput {
  private final List<Descriptor> readers;
  private final Closer closer;

  /**
   * New pipes.
   *
   * @param written what the task writes to; the caller's
   */
  record Made(TaskOutput read, Tasks.Pair written) {
    /** No task was started. */
    void discard() {
      read.close();
      written.output().close();
      written.error().close();
    }
  }

  private TaskOutput(List<Descriptor> readers, Closer closer) {
    this.readers = readers;
    this.closer = closer;
  }

  /**
   * Makes the pipes.
   *
   * @throws PortunusException LIMIT_DESCRIPTORS
   */
  static Made make(Closer closer) {
    List<Pipe> pipes = new ArrayList<>();
    try {
      pipes.add(Pipe.create());
      pipes.add(Pipe.create());
    } catch (LinuxException full) {
      pipes.forEach(Pipe::close);
      throw new PortunusException(
          ErrorCode.LIMIT_DESCRIPTORS, "no pipes for a task: " + full.getMessage());
    }
    return new Made(
        new TaskOutput(pipes.stream().map(Pipe::reader).toList(), closer),
        new Tasks.Pair(pipes.getFirst().writer(), pipes.getLast().writer()));
  }

  /** Both ends for launchd: of output, of error. Empty if there is no descriptor left. */
  public List<Custody> copies() {
    List<Custody> copies = new ArrayList<>();
    try {
      for (Descriptor reader : readers) {
        copies.add(new HeldFile(reader.duplicate(), closer));
      }
      return List.copyOf(copies);
    } catch (LinuxException full) {
      copies.forEach(Custody::release);
      return List.of();
    }
  }

  /** Nobody reads what is left but who has a copy. */
  public void close() {
    readers.forEach(closer::close);
  }
}
