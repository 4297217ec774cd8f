// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.start;

import java.util.List;
import org.portunus.abi.identity.CodeImage;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.linux.process.ThisProcess;
import org.portunus.system.code.StrictJar;
import org.portunus.system.xpc.connection.ServiceHost;

/**
 * Initialises, before the second filter, what the start needs after it, so that nothing of it has
 * to ask for more than the filter leaves.
 */
final class StartWarmth {
  private static final List<Class<?>> NEEDED =
      List.of(
          BundleLoader.class,
          CodeImage.class,
          LaunchRecord.class,
          ServiceHost.class,
          StrictJar.class,
          ThisProcess.class);

  private StartWarmth() {}

  static void touch() {
    for (Class<?> type : NEEDED) {
      try {
        Class.forName(type.getName(), true, type.getClassLoader());
      } catch (ClassNotFoundException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
  }
}
