// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.arch;

import java.util.Locale;

/** The processor architectures that Portunus runs on, with their ELF and audit facts. */
public enum Architecture {
  /** AMD64, the 64-bit mode only: x32 and 32-bit calls are foreign. */
  X86_64(62, 0xC000003E, 4096);

  private static final Architecture CURRENT = detect(System.getProperty("os.arch", ""));

  private final int elfMachine;
  private final int auditNumber;
  private final int pageSize;

  Architecture(int elfMachine, int auditNumber, int pageSize) {
    this.elfMachine = elfMachine;
    this.auditNumber = auditNumber;
    this.pageSize = pageSize;
  }

  /**
   * The architecture of this process.
   *
   * @throws UnsupportedOperationException when it is none of these
   */
  public static Architecture current() {
    return CURRENT;
  }

  static Architecture detect(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "amd64", "x86_64" -> X86_64;
      default ->
          throw new UnsupportedOperationException(
              "architecture \"" + name + "\" is not supported; Portunus runs on x86-64 Linux");
    };
  }

  /** {@code e_machine} of ELF files, elf(5). */
  public int elfMachine() {
    return elfMachine;
  }

  /** {@code AUDIT_ARCH_*} as a seccomp filter sees it. */
  public int auditNumber() {
    return auditNumber;
  }

  /** Size of a page, bytes. */
  public int pageSize() {
    return pageSize;
  }
}
