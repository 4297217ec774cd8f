// SPDX-License-Identifier: Apache-2.0
package portunus.lifeprobe;

import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.Service;

/** Java2D where there is no file system but what a task was given. */
@Service("portunus.lifeprobe.font")
public interface FontProbe {
  /** Draws a text in the font of this logical family, and says which pixels are not white. */
  @MethodId(1)
  byte[] drawn(String family, String text);

  /** The same in the font of a file. */
  @MethodId(2)
  byte[] drawnFrom(String file, String text);
}
