// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import org.portunus.abi.link.LinkLayout;
import org.portunus.kernel.link.LinkMaker;
import org.portunus.kernel.link.TaskWords;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.socket.UnixSocket;

/** Makes links and severs them by the kernel task's code: the one place of the suite that does. */
final class KernelPart implements AutoCloseable {
  private final TaskWords words = TaskWords.create();
  private final Descriptor handed = words.handOver();
  private long last;

  KernelPart() throws LinuxException {}

  /**
   * A link that nobody has yet.
   *
   * @param place in the sever words of the victim
   */
  record Link(TaskWords.Place place, MemoryFile memory, Descriptor victim, Descriptor attacker)
      implements AutoCloseable {
    @Override
    public void close() {
      memory.close();
      victim.close();
      attacker.close();
    }
  }

  /** The victim's sever words. */
  Descriptor words() {
    return handed;
  }

  Link make() throws LinuxException {
    MemoryFile memory = LinkMaker.make(++last, LinkLayout.MIN_CAPACITY);
    UnixSocket.Pair pair = UnixSocket.pair();
    return new Link(words.open().orElseThrow(), memory, pair.first(), pair.second());
  }

  void sever(Link link) {
    int _ = words.sever(link.place());
  }

  /** The victim is done with the link: its place may be another's. */
  void free(Link link) {
    words.free(link.place());
  }

  @Override
  public void close() {
    handed.close();
    words.close();
  }
}
