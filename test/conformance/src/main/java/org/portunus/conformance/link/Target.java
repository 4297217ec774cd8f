// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.Oneway;
import org.portunus.system.xpc.Service;

/** What the victim serves, or calls: one method of each sort. */
@Service("org.portunus.conformance.target")
public interface Target {
  int ECHO = 1;
  int NOTE = 2;
  int ZEROS = 3;
  int HOLD = 4;
  int READ = 5;
  int KEEP = 6;
  int LEND = 7;
  int LINGER = 8;
  int DRAIN = 9;

  @MethodId(ECHO)
  byte[] echo(byte[] bytes);

  @MethodId(NOTE)
  @Oneway
  void note(byte[] bytes);

  @MethodId(ZEROS)
  byte[] zeros(int length);

  /** Ends after this time, or when it is cancelled. */
  @MethodId(HOLD)
  int hold(int millis);

  /** The file's first byte. */
  @MethodId(READ)
  int read(FileRight file);

  /** Calls the listener once. */
  @MethodId(KEEP)
  int keep(TargetListener listener);

  @MethodId(LEND)
  TargetListener lend();

  @MethodId(LINGER)
  @Oneway
  void linger(int millis);

  /** The service takes no more, as when it ends. */
  @MethodId(DRAIN)
  @Oneway
  void drain();
}
