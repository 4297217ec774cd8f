// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.archive;

/** One entry as the archive's directory states it. None of it is trusted. */
record ZipEntryRecord(
    String name, int flags, int method, long crc, long packed, long size, long headerOffset) {
  static final int STORED = 0;
  static final int DEFLATED = 8;

  boolean isEncrypted() {
    return (flags & 1) != 0;
  }

  boolean isReadable() {
    return !isEncrypted() && (method == STORED || method == DEFLATED);
  }
}
