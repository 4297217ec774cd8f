// SPDX-License-Identifier: Apache-2.0
package portunus.echoed;

import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.Service;

/** What is called. */
@Service("portunus.echoed")
public interface Echoed {
  /** 64 bytes. */
  record Sent(long a, long b, long c, long d, long e, long f, long g, long h) {}

  /** Gives it back. */
  @MethodId(1)
  Sent echo(Sent record);

  /** Takes a file and says whether it is there. */
  @MethodId(2)
  boolean file(FileRight file);
}
