// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;

/** A file of the host, 1 by 1 pixels, whose read-only descriptor tasks are given. */
final class Picture {
  private static final String PNG =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
          + "gg==";
  private static final Path FILE = write();

  private Picture() {}

  static Descriptor open() throws LinuxException {
    return Descriptor.open(FILE, OpenFlag.READ_ONLY, 0);
  }

  private static Path write() {
    try {
      Path file = Files.createTempFile("portunus", ".png");
      Files.write(file, Base64.getDecoder().decode(PNG));
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }
}
