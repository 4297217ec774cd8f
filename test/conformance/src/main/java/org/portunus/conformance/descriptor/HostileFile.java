// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.descriptor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.wire.TicketKind;

/**
 * Descriptors that a task hands the kernel for another, hostile but one, and what becomes of each.
 */
enum HostileFile {
  ORDINARY("ordinary", "sealed memory, as everybody sends it", TicketKind.MEMORY, true),
  REGULAR_READ_ONLY("regular-file", "a regular file", TicketKind.FILE, true),
  REGULAR_WRITABLE("writable-file", "a regular file open for writing", TicketKind.FILE, false),
  TRUNCATED("truncated", "a file that is truncated once it was sent", TicketKind.FILE, true),
  SPARSE("sparse-1tb", "a sparse file of 1 TB", TicketKind.FILE, true),
  PATH("path", "a descriptor of a path alone", TicketKind.FILE, false),
  HUGE("hugetlb", "sealed memory of huge pages", TicketKind.MEMORY, true),
  UNSEALED("unsealed", "memory that is not sealed", TicketKind.MEMORY, false),
  FAULTING(
      "userfaultfd-memory",
      "sealed memory whose sender's pages a userfaultfd supplies",
      TicketKind.MEMORY,
      true),
  USERFAULT("userfaultfd", "a userfaultfd, which says that it is read-only", TicketKind.FILE, true),
  LINGERING("lingering", "a socket that lingers for 4 s", TicketKind.FILE, false),
  SOCKET_OF_SOCKET(
      "socket-of-socket", "a socket that holds a lingering socket unread", TicketKind.FILE, false),
  FUSE("fuse", "a file of a FUSE system whose server answers nobody", TicketKind.FILE, true);

  private final String id;
  private final String title;
  private final TicketKind kind;
  private final boolean served;

  HostileFile(String id, String title, TicketKind kind, boolean served) {
    this.id = id;
    this.title = title;
    this.kind = kind;
    this.served = served;
  }

  String id() {
    return id;
  }

  /** Whether it is meant to hurt; the other is there to compare with. */
  boolean isHostile() {
    return this != ORDINARY;
  }

  String title() {
    return title;
  }

  /** What it claims to be. */
  TicketKind kind() {
    return kind;
  }

  /** How whoever redeems it is refused; empty if it is served. */
  Optional<ErrorCode> refusal() {
    return served ? Optional.empty() : Optional.of(ErrorCode.RIGHT_REFUSED);
  }

  /**
   * Makes one.
   *
   * @throws IOException if this machine has none
   */
  HeldFiles make(Path folder) throws IOException {
    HeldFiles files = new HeldFiles(folder);
    try {
      switch (this) {
        case ORDINARY -> files.sealed();
        case REGULAR_READ_ONLY -> files.regular(false);
        case REGULAR_WRITABLE -> files.regular(true);
        case TRUNCATED -> files.truncated();
        case SPARSE -> files.sparse();
        case PATH -> files.path();
        case HUGE -> files.huge();
        case UNSEALED -> files.unsealed();
        case FAULTING -> files.faulting();
        case USERFAULT -> files.userfault();
        case LINGERING -> files.lingering();
        case SOCKET_OF_SOCKET -> files.socketOfSocket();
        case FUSE -> files.fuse();
      }
      return files;
    } catch (IOException | RuntimeException failure) {
      files.close();
      throw failure;
    }
  }
}
