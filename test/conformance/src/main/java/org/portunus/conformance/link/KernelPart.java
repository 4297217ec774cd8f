// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import org.portunus.abi.link.LinkLayout;
import org.portunus.abi.link.SeverLayout;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.system.link.LinkMaker;

/** Makes links and severs them, as the kernel task does: the one place of the suite that does. */
final class KernelPart implements AutoCloseable {
  private final LinkMaker words = LinkMaker.create();
  private int next;

  KernelPart() throws LinuxException {}

  /**
   * A link that nobody has yet.
   *
   * @param place in the sever words of the victim
   */
  record Link(int place, MemoryFile memory, Descriptor victim, Descriptor attacker)
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
    return words.words().descriptor();
  }

  Link make() throws LinuxException {
    // The first place is never used again: the honest client has it.
    int place = next == 0 ? 0 : 1 + next % (SeverLayout.LINKS - 1);
    next++;
    words.open(place);
    UnixSocket.Pair pair = UnixSocket.pair();
    return new Link(
        place, LinkMaker.makeMemory(place, LinkLayout.MIN_CAPACITY), pair.first(), pair.second());
  }

  void sever(Link link) {
    int _ = words.sever(link.place());
  }

  @Override
  public void close() {
    words.close();
  }
}
