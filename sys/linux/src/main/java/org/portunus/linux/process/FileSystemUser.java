// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.process;

import org.portunus.linux.arch.Call;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;

/**
 * The uid with which this thread alone reaches files, setfsuid(2), until it is closed: for a
 * process of root without CAP_DAC_READ_SEARCH that reads what only another user may.
 */
public final class FileSystemUser implements AutoCloseable {
  private static final int NONE = -1; // no valid uid: changes nothing and tells the current one

  private final int before;

  private FileSystemUser(int before) {
    this.before = before;
  }

  /**
   * Becomes another user for files.
   *
   * @throws LinuxException EPERM without CAP_SETUID
   */
  public static FileSystemUser become(int uid) throws LinuxException {
    int before = set(uid);
    if (set(NONE) != uid) {
      throw new LinuxException("setfsuid", -Errno.EPERM.number());
    }
    return new FileSystemUser(before);
  }

  private static int set(int uid) {
    return (int) SystemCall.invoke(Call.SETFSUID, uid);
  }

  /** Back to who it was, which is always allowed: the effective uid never changed. */
  @Override
  public void close() {
    int unusedCurrent = set(before);
  }
}
