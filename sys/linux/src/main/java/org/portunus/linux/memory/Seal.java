// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.memory;

/** The seals of a memory file, fcntl(2) F_ADD_SEALS. */
public enum Seal {
  /** No further seal. */
  SEAL(1),
  SHRINK(2),
  GROW(4),
  /** No write by anyone; refused with EBUSY while a writable shared mapping exists. */
  WRITE(8),
  /** No write except through mappings that exist already. */
  FUTURE_WRITE(0x10),
  /** No change of the execute permission bits; Linux 6.3. */
  EXECUTE(0x20);

  private final int bit;

  Seal(int bit) {
    this.bit = bit;
  }

  /** The kernel's bit. */
  public int bit() {
    return bit;
  }
}
