// SPDX-License-Identifier: Apache-2.0
package portunus.rehearsal;

/** An enum, as one more kind of value. */
public enum Grade {
  FIRST,
  SECOND
}
