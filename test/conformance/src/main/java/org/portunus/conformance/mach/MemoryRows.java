// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import static org.portunus.conformance.suite.Row.same;

import java.util.stream.Stream;
import org.portunus.conformance.suite.Row;
import portunus.probe.mach.MemoryTrial;

/** Rows 80 to 85, 144, 145, 150 to 152: memory that the kernel makes and seals for a task. */
final class MemoryRows {
  private MemoryRows() {}

  static Stream<Row> rows() {
    return Stream.of(
            row(
                80,
                "memory that is sealed against every change",
                MemoryTrial.SEALED,
                "seals 15, last byte 5, writable: errno 1"),
            row(
                81,
                "memory that is mapped for writing is not sealed",
                MemoryTrial.MAPPED,
                "right.refused, done"),
            row(
                82,
                "memory of no bytes, or of too many",
                MemoryTrial.SIZES,
                "limit.memory, limit.memory"),
            row(
                83,
                "a task has few that are not sealed",
                MemoryTrial.MANY,
                "16, limit.memory, done"),
            row(
                84,
                "what is sealed or unknown is not sealed again",
                MemoryTrial.UNKNOWN,
                "right.refused, right.refused"),
            row(
                85,
                "a right to a part of sealed memory",
                MemoryTrial.PART,
                "3 bytes, last byte 5, beyond: right.refused, right.refused"),
            row(
                144,
                "memory that its producer goes on to write is read by copies",
                MemoryTrial.VOLATILE,
                "5, then 6, beyond: right.refused, written: errno 1"),
            row(
                145,
                "what others can write is no such memory",
                MemoryTrial.NOT_VOLATILE,
                "SEND_INVALID_MEMORY, right.refused, sealed: SUCCESS"),
            row(
                150,
                "an entry of memory, and smaller ones of it",
                MemoryTrial.ENTRY,
                "100000 mapped, 0 and 7 copied, memory: none"),
            row(
                151,
                "what an entry does not allow",
                MemoryTrial.ENTRY_REFUSED,
                "right.refused, right.refused, right.refused, right.refused, right.refused,"
                    + " right.refused, INVALID_CAPABILITY"),
            row(152, "a task has made few entries", MemoryTrial.ENTRIES, "64, limit.memory, done"))
        .flatMap(rows -> rows);
  }

  private static Stream<Row> row(int number, String title, MemoryTrial trial, String found) {
    return MachSuite.row(number, title, task -> same(title, found, task.kernel().memory(trial)));
  }
}
