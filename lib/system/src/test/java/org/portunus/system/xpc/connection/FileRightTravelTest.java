// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.connection.ConnectionLimits.FileRightTravel;
import org.portunus.system.xpc.wire.Encoder;
import org.portunus.system.xpc.wire.Peer;

/** Rule D1: what travels for a right to a file. */
class FileRightTravelTest {
  private static final byte[] CONTENT = {1, 2, 3, 4, 5};

  @TempDir private Path folder;

  private FileRight open() throws Exception {
    return FileRight.open(Files.write(folder.resolve("document"), CONTENT));
  }

  private static Draft draft(FileRightTravel travel) {
    Peer service = new ServicePeer(new Workbench().link, CallTime.UNLIMITED);
    return new Draft(service, new ExportTable(1), 1024, travel, Draft.ONCE);
  }

  @Test
  void withLandlockTheFileItselfTravels() throws Exception {
    try (FileRight right = open();
        Encoder out = draft(FileRightTravel.DESCRIPTOR).encoder()) {
      out.putFileRight(right);
      assertThat(MemoryFile.sealBits(out.descriptors()[0])).isNegative();
    }
  }

  @Test
  void withoutItAFullySealedCopyTravelsAndIsClosedAfterwards() throws Exception {
    try (FileRight right = open()) {
      int number;
      try (Encoder out = draft(FileRightTravel.SEALED_COPY).encoder()) {
        out.putFileRight(right);
        number = out.descriptors()[0];
        assertThat(MemoryFile.sealBits(number) & MemoryFile.FULLY_SEALED)
            .isEqualTo(MemoryFile.FULLY_SEALED);
        try (MemoryFile copy = MemoryFile.of(Descriptor.duplicateRaw(number, 3))) {
          assertThat(copy.read(0, 100)).isEqualTo(CONTENT);
        }
      }
      assertThat(MemoryFile.sealBits(number)).isNegative();
      assertThat(right.isClosed()).isFalse();
    }
  }
}
