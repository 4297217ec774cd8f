// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.link.SeverLayout;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.Mapping;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.memory.Seal;

/** The kernel task's words about this task's links, mapped to read; one such memory a task. */
public final class SeverWords {
  private static final int SEALS =
      Seal.FUTURE_WRITE.bit() | Seal.SHRINK.bit() | Seal.GROW.bit() | Seal.SEAL.bit();

  private final MemorySegment segment;

  private SeverWords(MemorySegment segment) {
    this.segment = segment;
  }

  /**
   * Maps what the kernel task made, for as long as somebody uses it. The descriptor stays the
   * caller's and may be closed.
   *
   * @throws PortunusException RIGHT_REFUSED for what is no such memory, or could be written by
   *     others
   */
  public static SeverWords map(Descriptor file) {
    int seals = MemoryFile.sealBits(file.raw());
    if (seals < 0 || (seals & SEALS) != SEALS) {
      throw refused("its seals are " + seals + ", needed are " + SEALS);
    }
    try {
      if (file.status().size() != SeverLayout.SIZE) {
        throw refused("it has " + file.status().size() + " bytes");
      }
      MemorySegment segment =
          Mapping.mapPopulated(file, 0, SeverLayout.SIZE, Mapping.Access.READ, Arena.ofAuto());
      if (Words.getLong(segment, SeverLayout.MAGIC_AT) != SeverLayout.MAGIC
          || Words.getInt(segment, SeverLayout.VERSION_AT) != SeverLayout.VERSION) {
        throw refused("its magic or version is another");
      }
      return new SeverWords(segment);
    } catch (LinuxException failure) {
      throw new PortunusException(ErrorCode.SYSTEM_CALL, "the sever words", failure);
    }
  }

  /** Words that nobody changes: every place has epoch {@link SeverLayout#NO_LINK}. */
  public static SeverWords ofThisProcess() {
    return new SeverWords(Arena.ofAuto().allocate(SeverLayout.SIZE, 8));
  }

  private static PortunusException refused(String why) {
    return new PortunusException(ErrorCode.RIGHT_REFUSED, "no sever words: " + why);
  }

  int generation() {
    return Words.getInt(segment, SeverLayout.GENERATION_AT);
  }

  int epoch(int link) {
    return Words.getInt(segment, SeverLayout.epoch(link));
  }

  MemorySegment segment() {
    return segment;
  }
}
