// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.call;

/** 64 bytes. */
public record Record64(long a, long b, long c, long d, long e, long f, long g, long h) {}
