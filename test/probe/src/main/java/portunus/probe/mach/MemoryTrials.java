// SPDX-License-Identifier: Apache-2.0
package portunus.probe.mach;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.portunus.abi.error.PortunusException;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.memory.Mapping;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.system.port.KernelMemory;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.xpc.MemoryRight;

/** Carries the trials out on one kernel socket; each says in words what it found. */
record MemoryTrials(KernelSocket kernel) {
  private static final long SIZE = 8192;
  private static final byte FILLED = 5;

  String run(MemoryTrial trial) {
    try {
      return switch (trial) {
        case SEALED -> sealed();
        case MAPPED -> mapped();
        case SIZES -> refusal(() -> make(0)) + ", " + refusal(() -> make((1L << 30) + 1));
        case MANY -> many();
        case UNKNOWN -> unknown();
        case PART -> part();
        case VOLATILE -> new VolatileTrials(kernel).read();
        case ENTRY -> new EntryTrials(kernel).read();
        case ENTRY_REFUSED -> new EntryTrials(kernel).refused();
        case ENTRIES -> new EntryTrials(kernel).many();
        case NOT_VOLATILE -> new VolatileTrials(kernel).refused();
      };
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private interface Step {
    void take() throws IOException;
  }

  private static String refusal(Step step) throws IOException {
    try {
      step.take();
      return "done";
    } catch (PortunusException refused) {
      return refused.code().dotted();
    }
  }

  private void make(long size) {
    kernel.createMemory(size).file().close();
  }

  private static MemorySegment map(KernelMemory memory, Mapping.Access access, Arena arena)
      throws LinuxException {
    return Mapping.map(memory.file(), 0, SIZE, access, Mapping.Sharing.SHARED, arena);
  }

  private String sealed() throws IOException {
    KernelMemory memory = kernel.createMemory(SIZE);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment _ = map(memory, Mapping.Access.READ_WRITE, arena).fill(FILLED);
    }
    kernel.sealMemory(memory);
    try (Arena arena = Arena.ofConfined();
        var file = memory.file()) {
      int seals = MemoryFile.sealBits(file.raw()) & MemoryFile.FULLY_SEALED;
      byte last = map(memory, Mapping.Access.READ, arena).get(ValueLayout.JAVA_BYTE, SIZE - 1);
      return "seals %d, last byte %d, writable: %s".formatted(seals, last, writable(memory, arena));
    }
  }

  private static String writable(KernelMemory memory, Arena arena) {
    try {
      return map(memory, Mapping.Access.READ_WRITE, arena).byteSize() + " bytes";
    } catch (LinuxException refused) {
      return "errno " + refused.number();
    }
  }

  private String mapped() throws IOException {
    KernelMemory memory = kernel.createMemory(SIZE);
    try (var _ = memory.file()) {
      String first;
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment _ = map(memory, Mapping.Access.READ_WRITE, arena).fill(FILLED);
        first = refusal(() -> kernel.sealMemory(memory));
      }
      return first + ", " + refusal(() -> kernel.sealMemory(memory));
    }
  }

  private String many() throws IOException {
    List<KernelMemory> made = new ArrayList<>();
    String end = "done";
    while (end.equals("done") && made.size() < 100) {
      end = refusal(() -> made.add(kernel.createMemory(1)));
    }
    int count = made.size();
    kernel.sealMemory(made.getFirst());
    String again = refusal(() -> made.add(kernel.createMemory(1)));
    for (KernelMemory memory : made) {
      String _ = refusal(() -> kernel.sealMemory(memory));
      memory.file().close();
    }
    return "%d, %s, %s".formatted(count, end, again);
  }

  private String unknown() throws IOException {
    KernelMemory memory = kernel.createMemory(1);
    try (var file = memory.file()) {
      kernel.sealMemory(memory);
      return refusal(() -> kernel.sealMemory(memory))
          + ", "
          + refusal(() -> kernel.sealMemory(new KernelMemory(memory.number() + 1, file)));
    }
  }

  private static String part() throws IOException {
    try (MemoryRight whole = MemoryRight.create(SIZE, bytes -> bytes.fill(FILLED));
        MemoryRight part = whole.part(SIZE - 3, 3);
        Arena arena = Arena.ofConfined()) {
      MemorySegment memory = part.map(arena);
      return "%d bytes, last byte %d, beyond: %s, %s"
          .formatted(
              memory.byteSize(),
              memory.get(ValueLayout.JAVA_BYTE, 2),
              refusal(() -> part.part(2, 2).close()),
              refusal(() -> whole.part(-1, 2).close()));
    }
  }
}
