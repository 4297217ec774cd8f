// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.Mapping;

/**
 * A named entry: a send right to a port of the kernel's that stands for a part of sealed memory. It
 * travels in messages like any send right, and may be diminished. Who has it reads this part and no
 * more.
 *
 * @param name of the right, a reference of the caller's
 */
public record MemoryEntry(KernelSocket kernel, PortName name) {
  /** May be read: VM_PROT_READ. */
  public static final int READ = 1;

  /** Most bytes of one {@link #copy}. */
  public static final int MOST = 48 << 10;

  /** What an entry gives. */
  public record Extent(long size, int protection) {}

  /** Writes the content. */
  @FunctionalInterface
  public interface Filler {
    void fill(MemorySegment memory) throws IOException;
  }

  /**
   * Has the kernel make memory, fills it, has it sealed, and makes an entry of all of it.
   *
   * @param protection {@link #READ}, or 0: nobody reads by it
   * @throws org.portunus.abi.error.PortunusException LIMIT_MEMORY for its size or too many entries
   */
  public static MemoryEntry create(KernelSocket kernel, long size, int protection, Filler filler)
      throws IOException {
    KernelMemory made = kernel.createMemory(size);
    try (Descriptor file = made.file()) {
      try (Arena arena = Arena.ofConfined()) {
        filler.fill(
            Mapping.map(file, 0, size, Mapping.Access.READ_WRITE, Mapping.Sharing.SHARED, arena));
      }
      return new MemoryEntry(kernel, entered(kernel, made, protection));
    }
  }

  private static PortName entered(KernelSocket kernel, KernelMemory made, int protection) {
    boolean entered = false;
    try {
      WireWriter body = new WireWriter().i64(made.number()).u8(protection);
      PortName name =
          ReplyReading.name(
              kernel.questions.ask(KernelOperation.MEMORY_ENTRY, body), "memory entry");
      entered = true;
      return name;
    } finally {
      if (!entered) {
        // The kernel knows it no more once it is sealed.
        kernel.questions.tell(KernelOperation.MEMORY_SEAL, new WireWriter().i64(made.number()));
      }
    }
  }

  /**
   * A smaller entry; its right is another, to give up on its own.
   *
   * @throws org.portunus.abi.error.PortunusException RIGHT_REFUSED beyond this entry, or with more
   *     protection
   */
  public MemoryEntry part(long offset, long size, int protection) {
    WireWriter body = new WireWriter().i32(name.number()).i64(offset).i64(size).u8(protection);
    return new MemoryEntry(
        kernel,
        ReplyReading.name(kernel.questions.ask(KernelOperation.MEMORY_PART, body), "memory part"));
  }

  private WireWriter obtaining(long offset, int bytes) {
    return new WireWriter().i32(name.number()).i64(offset).i32(bytes);
  }

  public Extent extent() {
    return kernel.questions.take(
        KernelOperation.MEMORY_OBTAIN,
        obtaining(0, 0),
        (in, descriptors) -> {
          descriptors.forEach(Descriptor::close);
          return new Extent(in.i64("size"), in.u8("protection"));
        });
  }

  /** The sealed memory itself, to be mapped; empty unless this is an entry of the whole. */
  public Optional<Descriptor> memory() {
    return kernel.questions.take(
        KernelOperation.MEMORY_OBTAIN,
        obtaining(0, 0),
        (in, descriptors) -> {
          in.i64("size");
          in.u8("protection");
          return List.copyOf(descriptors).stream().findFirst();
        });
  }

  /**
   * A copy of some bytes.
   *
   * @param bytes 1 to {@link #MOST}
   * @throws org.portunus.abi.error.PortunusException RIGHT_REFUSED beyond the entry, or without
   *     protection to read
   */
  public byte[] copy(long offset, int bytes) {
    return ReplyReading.read(
        kernel.questions.ask(KernelOperation.MEMORY_OBTAIN, obtaining(offset, bytes)),
        in -> in.fixed("copy", in.remaining()));
  }
}
