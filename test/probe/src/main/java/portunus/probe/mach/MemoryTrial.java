// SPDX-License-Identifier: Apache-2.0
package portunus.probe.mach;

/** What a task tries with memory that it has the kernel make. */
public enum MemoryTrial {
  /** Fills it, has it sealed, and looks at what can still be changed. */
  SEALED,
  /** Has it sealed while it is mapped for writing, and again afterwards. */
  MAPPED,
  /** Asks for no bytes, and for more than there may be. */
  SIZES,
  /** Has it made and not sealed until that is refused, then seals one. */
  MANY,
  /** Seals what is sealed already, and what it never had. */
  UNKNOWN,
  /** Makes a right to a part of a right, and one that reaches beyond. */
  PART,
  /** Sends itself memory that it goes on to write, and reads copies of what came. */
  VOLATILE,
  /** Sends as such memory what others could write, or shrink. */
  NOT_VOLATILE,
  /** Makes an entry, and smaller ones of it, and reads by them. */
  ENTRY,
  /** Asks of entries what they do not allow. */
  ENTRY_REFUSED,
  /** Makes entries until that is refused, gives one up and makes another. */
  ENTRIES
}
