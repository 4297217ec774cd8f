// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

/** The same over a link, where nobody waits for what a staged call brings about. */
final class LinkStagedCallTest extends StagedCallTest {
  @Override
  Workbench bench() {
    return new Workbench(Workbench.Medium.LINK);
  }
}
