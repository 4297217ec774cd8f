// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.kernel.SeededBuild;

/** As many objects as can be, then none: the heap is what it was. In a process of its own. */
class ExhaustionTest {
  @TempDir Path folder;

  @Test
  void theHeapComesBack() throws Exception {
    String said = SeededBuild.unchanged(folder).run(Exhaustion.class);
    System.out.println("exhaustion: " + said.strip());
    assertThat(said).contains("PASSED");
  }

  @Test
  void aPortThatIsKeptIsSeen() throws Exception {
    SeededBuild leaking =
        SeededBuild.of(
            folder,
            "object/Port.java",
            "  private boolean alive = true;",
            "  static java.util.List<Object> kept = new java.util.ArrayList<>();"
                + " private boolean alive = kept.add(entries);");
    assertThat(leaking.run(Exhaustion.class)).contains("FAILED");
  }
}
