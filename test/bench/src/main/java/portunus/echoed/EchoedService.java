// SPDX-License-Identifier: Apache-2.0
package portunus.echoed;

import org.portunus.system.xpc.FileRight;

/** The service. */
public final class EchoedService implements Echoed {
  @Override
  public Sent echo(Sent record) {
    return record;
  }

  @Override
  public boolean file(FileRight file) {
    return !file.isClosed();
  }
}
