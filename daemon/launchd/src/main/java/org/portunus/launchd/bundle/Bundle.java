// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.bundle;

import java.util.List;
import org.portunus.abi.identity.CodeIdentity;
import org.portunus.launchd.plist.BundleManifest;
import org.portunus.linux.memory.MemoryFile;

/**
 * A bundle as it is started: its sealed code image and what was found in it.
 *
 * @param image a CodeImage, fully sealed; closed with this
 * @param identity computed from the sealed bytes
 * @param ignored attributes of jar manifests that would change how code is loaded and have no
 *     effect, each as "file: attribute"
 */
public record Bundle(
    MemoryFile image, CodeIdentity identity, BundleManifest manifest, List<String> ignored)
    implements AutoCloseable {
  public Bundle {
    ignored = List.copyOf(ignored);
  }

  @Override
  public void close() {
    image.close();
  }
}
