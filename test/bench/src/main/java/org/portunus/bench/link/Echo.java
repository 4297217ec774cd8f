// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.link;

import java.lang.foreign.MemorySegment;
import org.portunus.bench.pair.Record64;
import org.portunus.system.xpc.MemoryRight;
import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.Oneway;
import org.portunus.system.xpc.Service;

/** What is called. */
@Service("org.portunus.bench.echo")
public interface Echo {
  /** Gives it back. */
  @MethodId(1)
  Record64 echo(Record64 record);

  /** Gives it back after a while. */
  @MethodId(2)
  Record64 slow(Record64 record);

  /** Gives it back, and keeps it until the next, so that it certainly is an object. */
  @MethodId(10)
  Record64 kept(Record64 record);

  /** Counts it. */
  @MethodId(4)
  @Oneway
  void note(Record64 record);

  /** Counts it. */
  @MethodId(5)
  @Oneway
  void block(byte[] bytes);

  /** How many were counted. */
  @MethodId(6)
  long counted();

  /** Maps it and gives its last byte. */
  @MethodId(7)
  byte map(MemoryRight memory);

  /** Counts it. */
  @MethodId(9)
  @Oneway
  void segment(MemorySegment memory);

  /** Bytes that all threads of the service have allocated. */
  @MethodId(8)
  long allocated();

  /** A page of memory: ones. */
  @MethodId(11)
  byte[] page(long offset, int length);
}
