// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

/** Both sides of a connection over a link. */
final class LinkConnectionTest extends ConnectionTest {
  @Override
  Workbench bench() {
    return new Workbench(Workbench.Medium.LINK);
  }
}
