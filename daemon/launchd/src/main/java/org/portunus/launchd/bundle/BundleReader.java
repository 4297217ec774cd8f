// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.bundle;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.identity.CodeImage;
import org.portunus.abi.identity.CodeImage.Place;
import org.portunus.launchd.plist.BundleManifest;
import org.portunus.launchd.plist.PropertyList;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.FileType;
import org.portunus.linux.memory.Mapping;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.memory.Seal;

/**
 * Copies a bundle into a sealed code image, then reads, checks and hashes the sealed bytes. Nothing
 * is concluded from the folder itself, which may change at any moment.
 */
public final class BundleReader {
  private static final int CHUNK = 256 * 1024;

  private BundleReader() {}

  /**
   * Reads the bundle in a folder.
   *
   * @param bundles open folder of bundles
   * @param path of the bundle's folder in it
   * @throws PortunusException BUNDLE, PLIST_KEY or PLIST_VALUE, naming file and rule
   */
  public static Bundle read(Descriptor bundles, String path) {
    try (BundleFolder folder = BundleFolder.open(bundles, path)) {
      MemoryFile image = MemoryFile.create("code");
      try {
        copy(folder, image);
        image.addSeals(EnumSet.of(Seal.WRITE, Seal.GROW, Seal.SHRINK, Seal.SEAL));
        return check(image);
      } catch (LinuxException | RuntimeException | Error e) {
        image.close();
        throw e;
      }
    } catch (LinuxException e) {
      throw new PortunusException(
          ErrorCode.SYSTEM_CALL, "reading the bundle " + path + ": " + e.getMessage(), e);
    }
  }

  private static void copy(BundleFolder folder, MemoryFile image) throws LinuxException {
    List<Place> files = folder.list();
    byte[] head;
    try {
      head = CodeImage.head(files);
    } catch (IllegalArgumentException e) {
      throw BundleFolder.refused("", "does not fit into a code image", e);
    }
    image.write(0, MemorySegment.ofArray(head));
    long at = head.length;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment chunk = arena.allocate(CHUNK);
      for (Place file : files) {
        try (Descriptor source = folder.openFile(file.path())) {
          if (source.status().type() != FileType.REGULAR) {
            throw BundleFolder.refused(file.path(), "changed while it was read");
          }
          copyFile(source, file, image, at, chunk);
        }
        at += file.size();
      }
    }
  }

  private static void copyFile(
      Descriptor source, Place file, MemoryFile image, long at, MemorySegment chunk)
      throws LinuxException {
    long done = 0;
    while (true) {
      // One byte more than declared is asked for, so that a file that has grown is noticed.
      long wanted = Math.min(chunk.byteSize(), file.size() + 1 - done);
      long result = source.read(chunk.asSlice(0, wanted));
      if (Errno.EINTR.is(result)) {
        continue;
      }
      long got = LinuxException.check("read " + file.path(), result);
      if (done + got > file.size() || (got == 0 && done < file.size())) {
        throw BundleFolder.refused(file.path(), "changed while it was read");
      }
      if (got == 0) {
        return;
      }
      image.write(at + done, chunk.asSlice(0, got));
      done += got;
    }
  }

  private static Bundle check(MemoryFile file) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      ByteBuffer bytes =
          Mapping.map(
                  file.descriptor(),
                  0,
                  file.size(),
                  Mapping.Access.READ,
                  Mapping.Sharing.SHARED,
                  arena)
              .asByteBuffer();
      CodeImage image = CodeImage.read(bytes);
      BundleManifest manifest = BundleManifest.read(BundleManifest.PATH, infoPlist(image));
      BundleCode code = BundleCode.check(image);
      SealedFiles.check(image, manifest);
      manifest.services().forEach(service -> code.requireClass(service.implementation()));
      return new Bundle(file, image.identity(), manifest, code.ignored());
    }
  }

  private static byte[] infoPlist(CodeImage image) {
    for (CodeImage.Entry entry : image.entries()) {
      if (entry.path().equals(BundleManifest.PATH)) {
        int size = Math.min(entry.content().remaining(), PropertyList.MAX_BYTES + 1);
        return MemorySegment.ofBuffer(entry.content())
            .asSlice(0, size)
            .toArray(ValueLayout.JAVA_BYTE);
      }
    }
    throw BundleFolder.refused(BundleManifest.PATH, "is missing");
  }
}
