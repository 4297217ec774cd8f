// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import java.lang.foreign.MemorySegment;
import org.portunus.abi.link.LinkLayout;
import org.portunus.abi.link.LinkLayout.Attention;
import org.portunus.abi.link.LinkLayout.RecordKind;
import org.portunus.abi.wire.ConnectionFrame;

/** One end of a link that keeps to the ring's layout and to nothing else. One thread. */
public final class RawEnd implements AutoCloseable {
  private static final int LONGEST = ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY;

  private final LinkMemory memory;
  private final LinkSide side;
  private final RingWriter writer;
  private final RingReader reader;

  /** Takes the memory over. */
  public RawEnd(LinkMemory memory, LinkSide side) {
    this.memory = memory;
    this.side = side;
    this.writer = new RingWriter(memory.segment(), side.outgoing(), memory.capacity());
    this.reader = new RingReader(memory.segment(), side.incoming(), memory.capacity(), LONGEST);
  }

  /** All of it. */
  public MemorySegment memory() {
    return memory.segment();
  }

  /** Writes a record if there is room, and tells nobody. */
  public boolean write(byte[] frame) {
    return writer.write(RecordKind.FRAME, frame, frame.length, 0) >= 0;
  }

  /** The next record's length, 0 if there is none, or what the ring's reader says. */
  public boolean hasRecord() {
    return reader.hasRecord();
  }

  public int read(byte[] into) {
    return reader.read(into);
  }

  /** What the reader of this end's records says of itself. */
  public int attention() {
    return Attention.state(
        Words.getInt(
            memory.segment(), LinkLayout.direction(side.outgoing()) + LinkLayout.ATTENTION));
  }

  /** Says of itself what it likes. */
  public void sayAttention(int attention) {
    Words.setInt(
        memory.segment(), LinkLayout.direction(side.incoming()) + LinkLayout.ATTENTION, attention);
  }

  @Override
  public void close() {
    memory.close();
  }
}
