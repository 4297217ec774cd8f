// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.portunus.abi.link.SeverLayout;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.Peer;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.Mapping;

/** A task, its socket and its sever words. */
final class LinkTask implements AutoCloseable {
  final Peer peer;
  final Arena arena = Arena.ofShared();
  final MemorySegment words;

  LinkTask(Peer peer) throws LinuxException {
    this.peer = peer;
    try (Descriptor file = peer.takeDescriptor()) {
      words =
          Mapping.map(
              file, 0, SeverLayout.SIZE, Mapping.Access.READ, Mapping.Sharing.SHARED, arena);
    }
  }

  int epoch(int place) {
    return words.get(ValueLayout.JAVA_INT, SeverLayout.epoch(place));
  }

  int generation() {
    return words.get(ValueLayout.JAVA_INT, SeverLayout.GENERATION_AT);
  }

  /** The link is revoked in the words, and the kernel tells. */
  void assertRevoked(End end) throws LinuxException {
    KernelFrame event = peer.event();
    assertThat(event.operation()).isEqualTo(KernelOperation.LINK_REVOKED.number());
    assertThat(event.body()).isEqualTo(new WireWriter().i64(end.connection).toBytes());
    assertThat(epoch(end.place)).isNotEqualTo(end.epoch);
    assertThat(generation()).isPositive();
  }

  void confirm(End end) throws LinuxException {
    tell(KernelOperation.LINK_CLOSED, end);
  }

  void tell(KernelOperation operation, End end) throws LinuxException {
    assertThat(peer.ask(operation, new WireWriter().i64(end.connection)).result()).isZero();
  }

  @Override
  public void close() {
    peer.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  /** What a task got. */
  record End(long connection, int place, int epoch, int capacity, int right) {
    static End read(long connection, byte[] body) {
      try {
        WireReader in = new WireReader(body);
        long number = connection == 0 ? in.i64("connection") : connection;
        End end =
            new End(number, in.i32("place"), in.i32("epoch"), in.i32("capacity"), in.i32("right"));
        in.end();
        return end;
      } catch (MalformedFrameException broken) {
        throw new AssertionError(broken);
      }
    }
  }
}
