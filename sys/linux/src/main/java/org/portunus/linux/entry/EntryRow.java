// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.entry;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.Errno;

/**
 * One system call of the table.
 *
 * @param arguments at most six
 * @param tolerated the one error that does not end the launch
 */
record EntryRow(Call call, List<EntryValue> arguments, Optional<Errno> tolerated) {
  static final int ARGUMENTS = 6;

  EntryRow {
    arguments = List.copyOf(arguments);
    if (arguments.size() > ARGUMENTS) {
      throw new IllegalArgumentException(
          call.kernelName() + " with " + arguments.size() + " arguments; Linux takes six");
    }
  }

  String text() {
    return arguments.stream()
        .map(EntryRow::text)
        .collect(Collectors.joining(", ", call.kernelName() + "(", ")"));
  }

  private static String text(EntryValue value) {
    return switch (value) {
      case EntryValue.Constant(long number) -> Long.toString(number);
      case EntryValue.Address(EntryData data, int offset) ->
          "&" + data.size() + " bytes" + (offset == 0 ? "" : " + " + offset);
      case EntryValue.Result(int row) -> "result of row " + row;
    };
  }
}
