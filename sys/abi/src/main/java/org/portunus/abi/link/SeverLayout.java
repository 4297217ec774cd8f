// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.link;

/**
 * The memory by which the kernel task revokes links: one small memory file a task, mapped by the
 * kernel task to write and by the task to read, and sealed against every other writer.
 *
 * <pre>
 *   0     magic u64, version u32
 *   64    generation u32    grows whenever an epoch changes; a task that sleeps waits for it too
 *   128   epoch u32 of link 0, of link 1, ...
 * </pre>
 *
 * <p>A link is good while its epoch is the one that it was made with. A reader looks before each
 * dispatch and before it takes a reply. The kernel task changes the epoch, then the generation,
 * then wakes who waits.
 */
public final class SeverLayout {
  /** "PTNSEVR1" as a little-endian u64. */
  public static final long MAGIC = 0x31525645534e5450L;

  public static final int VERSION = 1;
  public static final int SIZE = 4096;
  public static final int MAGIC_AT = 0;
  public static final int VERSION_AT = 8;
  public static final int GENERATION_AT = 64;
  public static final int EPOCHS_AT = 128;

  /** Links that one task can have. */
  public static final int LINKS = (SIZE - EPOCHS_AT) / 4;

  /** The epoch of a place that has no link. */
  public static final int NO_LINK = 0;

  private SeverLayout() {}

  /** Where the epoch of a link is. */
  public static int epoch(int link) {
    return EPOCHS_AT + 4 * link;
  }
}
