// SPDX-License-Identifier: Apache-2.0
package portunus.probe.mach;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.RightKind;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.port.KernelResultException;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.MemoryEntry;
import org.portunus.system.port.PortName;
import org.portunus.system.xpc.MemoryRight;

/** Named entries, made and read by one task. */
record EntryTrials(KernelSocket kernel) {
  private static final int SIZE = 100_000;

  private MemoryEntry create(int protection) throws IOException {
    return MemoryEntry.create(
        kernel, SIZE, protection, memory -> memory.asSlice(SIZE - 10).fill((byte) 7));
  }

  private interface Step {
    void take() throws IOException;
  }

  private static String outcome(Step step) throws IOException {
    try {
      step.take();
      return "done";
    } catch (PortunusException refused) {
      return refused.code().dotted();
    } catch (KernelResultException refused) {
      return refused.result().toString();
    }
  }

  String read() throws IOException {
    MemoryEntry whole = create(MemoryEntry.READ);
    long mapped;
    try (MemoryRight right = MemoryRight.ofDescriptor(whole.memory().orElseThrow())) {
      mapped = right.size();
    }
    MemoryEntry part = whole.part(SIZE - 20, 20, MemoryEntry.READ);
    MemoryEntry least = part.part(9, 2, MemoryEntry.READ);
    kernel.deallocate(whole.name());
    kernel.deallocate(part.name());
    byte[] copy = least.copy(0, 2);
    String given = least.memory().map(Descriptor::toString).orElse("none");
    kernel.deallocate(least.name());
    return "%d mapped, %d and %d copied, memory: %s".formatted(mapped, copy[0], copy[1], given);
  }

  String refused() throws IOException {
    MemoryEntry whole = create(MemoryEntry.READ);
    MemoryEntry blind = whole.part(0, 10, 0);
    PortName port = kernel.allocate(RightKind.RECEIVE);
    kernel.insertRight(port, port, Disposition.MAKE_SEND);
    List<String> found = new ArrayList<>();
    found.add(outcome(() -> whole.part(SIZE - 1, 2, MemoryEntry.READ)));
    found.add(outcome(() -> whole.part(-1, 2, MemoryEntry.READ)));
    found.add(outcome(() -> whole.copy(SIZE, 1)));
    found.add(outcome(() -> blind.copy(0, 1)));
    found.add(outcome(() -> blind.part(0, 1, MemoryEntry.READ)));
    found.add(outcome(() -> create(3)));
    found.add(outcome(() -> new MemoryEntry(kernel, port).copy(0, 1)));
    kernel.destroy(port);
    kernel.deallocate(blind.name());
    kernel.deallocate(whole.name());
    return String.join(", ", found);
  }

  String many() throws IOException {
    List<MemoryEntry> made = new ArrayList<>(List.of(create(MemoryEntry.READ)));
    String end = "done";
    while (end.equals("done") && made.size() < 100) {
      end = outcome(() -> made.add(made.getFirst().part(0, 1, MemoryEntry.READ)));
    }
    int count = made.size();
    kernel.deallocate(made.removeLast().name());
    String again = outcome(() -> made.add(made.getFirst().part(0, 1, MemoryEntry.READ)));
    made.forEach(entry -> kernel.deallocate(entry.name()));
    return "%d, %s, %s".formatted(count, end, again);
  }
}
