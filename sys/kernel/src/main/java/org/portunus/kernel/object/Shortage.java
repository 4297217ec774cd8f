// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.wire.WireWriter;

/** Says who holds what, for errors that come from a limit. */
public final class Shortage {
  private Shortage() {}

  /**
   * Body of a reply that refuses: for want of room, as a string, what the task holds whose room it
   * would take, and who holds most of what all may, with the event's id behind it; else empty.
   */
  public static byte[] told(KernReturn result, Task task) {
    return switch (result) {
      case NO_SPACE, RESOURCE_SHORTAGE -> {
        String held = of(task.notices().blamed());
        String told = task.notices().refused(result).map(id -> id.behind(held)).orElse(held);
        yield new WireWriter().string(told).toBytes();
      }
      default -> new byte[0];
    };
  }

  private static String of(Task task) {
    Usage usage = task.usage();
    Quota quota = task.quota();
    String own =
        "%s holds %d of %d names, %d of %d messages with %d of %d bytes, %d of %d send-once rights"
            .formatted(
                task,
                usage.names(),
                quota.names(),
                usage.messages(),
                quota.messages(),
                usage.bytes(),
                quota.bytes(),
                usage.sendOnce(),
                quota.sendOnce());
    return own + "; " + all(task.space().ipc());
  }

  private static String all(Ipc ipc) {
    return "all tasks leave it %d names and %d bytes, most names has %s, most bytes %s"
        .formatted(
            ipc.namesShare(),
            ipc.bytesShare(),
            most(ipc, usage -> usage.names()),
            most(ipc, usage -> usage.bytes()));
  }

  private static String most(Ipc ipc, ToLongFunction<Usage> what) {
    return ipc.tasks().stream()
        .max(Comparator.comparingLong(task -> what.applyAsLong(task.usage())))
        .map(task -> task + " (" + what.applyAsLong(task.usage()) + ")")
        .orElse("nobody");
  }

  /** How many messages wait in a port's queue, and whose most of them are. */
  public static String of(Port port) {
    Map<Long, Integer> senders = new LinkedHashMap<>();
    for (Message message : port.queue().messages) {
      senders.merge(message.content().sender().task(), 1, Integer::sum);
    }
    Optional<Map.Entry<Long, Integer>> most =
        senders.entrySet().stream().max(Map.Entry.comparingByValue());
    String limit = port.queuedMessages() + " of " + port.queue().limit() + " messages wait";
    return most.map(
            entry -> limit + ", " + entry.getValue() + " of them from task " + entry.getKey())
        .orElse(limit + "; its holder has as many unread notifications as it may");
  }
}
