// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.landlock;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Set;

/**
 * What a ruleset handles, that is refuses unless a rule allows it: {@code struct
 * landlock_ruleset_attr} in the size that the ABI version knows.
 *
 * @param abi the ABI version, at least 1
 */
public record RulesetAttributes(int abi, long files, long network, long scopes) {
  /** Offset of the descriptor in {@link #pathBeneath}. */
  public static final int PARENT = 8;

  private static final int NETWORK_SINCE = 4;
  private static final int SCOPES_SINCE = 6;
  private static final long BIND = 1;
  private static final long BIND_AND_CONNECT = 3;
  private static final long ABSTRACT_SOCKETS_AND_SIGNALS = 3;

  public RulesetAttributes {
    if (abi < 1) {
      throw new IllegalArgumentException(
          "this kernel has no Landlock: build it in and name it in the lsm= parameter");
    }
  }

  /**
   * Everything that the version can handle: all accesses to files, TCP bind and connect (version
   * 4), abstract sockets and signals to the outside (version 6).
   */
  public static RulesetAttributes everything(int abi) {
    return new RulesetAttributes(
        abi,
        FileAccess.mask(FileAccess.handledBy(abi), abi),
        abi >= NETWORK_SINCE ? BIND_AND_CONNECT : 0,
        abi >= SCOPES_SINCE ? ABSTRACT_SOCKETS_AND_SIGNALS : 0);
  }

  /** The same, but TCP may be bound. */
  public RulesetAttributes withoutBind() {
    return new RulesetAttributes(abi, files, network & ~BIND, scopes);
  }

  /** Only these accesses to files. */
  public static RulesetAttributes files(int abi, Set<FileAccess> accesses) {
    return new RulesetAttributes(abi, FileAccess.mask(accesses, abi), 0, 0);
  }

  /** The structure, 8, 16 or 24 bytes. */
  public byte[] toBytes() {
    int size = abi >= SCOPES_SINCE ? 24 : abi >= NETWORK_SINCE ? 16 : 8;
    ByteBuffer buffer = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(files).putLong(network).putLong(scopes);
    return Arrays.copyOf(buffer.array(), size);
  }

  /**
   * A rule for everything beneath a file or directory, {@code struct landlock_path_beneath_attr}:
   * 12 bytes whose last four, at {@link #PARENT}, are the descriptor.
   */
  public byte[] pathBeneath(Set<FileAccess> accesses, int parent) {
    return ByteBuffer.allocate(PARENT + 4)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(FileAccess.mask(accesses, abi) & files)
        .putInt(parent)
        .array();
  }
}
