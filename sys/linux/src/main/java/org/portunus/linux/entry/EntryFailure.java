// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.entry;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.Errno;

/**
 * What a failing entry writes to its report descriptor before it exits: a fixed record of four
 * 32-bit words (mark, row, error number, system call number).
 *
 * <p>The record comes from inside a sandbox: it explains a failure and decides nothing.
 *
 * @param row index of the row that failed
 * @param error positive error number
 * @param call the system call's number
 */
public record EntryFailure(int row, int error, int call) {
  /** Length of the record, bytes. */
  public static final int SIZE = 16;

  /** Exit code of the entry when row 0 failed; row n adds n, up to 255. */
  public static final int EXIT_BASE = 120;

  static final int MARK = 0x544E4550;
  static final int ROW_OFFSET = 4;
  static final int ERROR_OFFSET = 8;
  static final int CALL_OFFSET = 12;

  /** Reads a record, or empty when these bytes are none. */
  public static Optional<EntryFailure> decode(byte[] bytes) {
    if (bytes.length != SIZE) {
      return Optional.empty();
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (buffer.getInt() != MARK) {
      return Optional.empty();
    }
    return Optional.of(new EntryFailure(buffer.getInt(), buffer.getInt(), buffer.getInt()));
  }

  /** For a log line: the row, the call and the error. */
  @Override
  public String toString() {
    return "launch row "
        + row
        + ", "
        + Call.numbered(call).map(Call::kernelName).orElse("system call " + call)
        + ": "
        + Errno.of(error).map(errno -> errno.text() + " (" + errno + ")").orElse("error " + error);
  }
}
