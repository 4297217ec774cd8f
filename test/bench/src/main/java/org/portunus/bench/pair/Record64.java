// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.pair;

import java.io.Serializable;

/** 64 bytes. */
public record Record64(long a, long b, long c, long d, long e, long f, long g, long h)
    implements Serializable {
  /** The one that is sent. */
  public static final Record64 SENT = new Record64(1, 2, 3, 4, 5, 6, 7, 8);
}
