// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/** Nobody but its owner and root may be able to exchange an installation or what is above it. */
final class Owners {
  private static final int WRITABLE_BY_OTHERS = 0x12;
  private static final int STICKY = 0x200;

  private Owners() {}

  /**
   * Looks at the folder and all above it, as far as they are there.
   *
   * @throws PortunusException INSTALLATION naming the folder that others can write
   */
  static void check(Path folder, int uid) throws IOException {
    for (Path each = folder; each != null; each = each.getParent()) {
      if (Files.exists(each)) {
        checkOne(each.toRealPath(), uid);
      }
    }
  }

  private static void checkOne(Path folder, int uid) throws IOException {
    int owner = (Integer) Files.getAttribute(folder, "unix:uid");
    int mode = (Integer) Files.getAttribute(folder, "unix:mode");
    boolean foreign = owner != 0 && owner != uid;
    boolean open = (mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0;
    if (foreign || open) {
      throw new PortunusException(
          ErrorCode.INSTALLATION,
          folder
              + (foreign ? " belongs to uid " + owner : " can be written by others")
              + ": what is installed below it could be exchanged");
    }
  }
}
