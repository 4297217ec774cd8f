// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.content;

import java.io.IOException;
import org.portunus.system.xpc.FileRight;

/** The file that the client passed a right to. */
public final class RightContent implements Content {
  private final FileRight right;

  public RightContent(FileRight right) {
    this.right = right;
  }

  @Override
  public long size() throws IOException {
    return right.size();
  }

  @Override
  public int read(long position, byte[] into, int offset, int length) throws IOException {
    return right.read(position, into, offset, length);
  }
}
