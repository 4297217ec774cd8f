// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.portunus.kernel.custody.Closer;
import org.portunus.kernel.custody.HeldFile;
import org.portunus.kernel.object.Custody;
import org.portunus.linux.file.Descriptor;

/** What a task writes waits for whoever reads next. */
class TaskOutputTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Descriptor file(Custody copy) {
    return ((HeldFile) copy).descriptor();
  }

  @Test
  void itOutlivesAReader() throws Exception {
    TaskOutput.Made made = TaskOutput.make(new Closer());
    Descriptor output = made.written().output();
    Descriptor error = made.written().error();
    List<Custody> first = made.read().copies();
    assertThat(first).hasSize(2);
    first.forEach(copy -> file(copy).close());
    output.writeFully(bytes("one "));
    error.writeFully(bytes("error"));
    List<Custody> second = made.read().copies();
    output.writeFully(bytes("two"));
    made.read().close();
    output.close();
    error.close();
    assertThat(file(second.getFirst()).readFully(64)).isEqualTo(bytes("one two"));
    assertThat(file(second.getLast()).readFully(64)).isEqualTo(bytes("error"));
    second.forEach(copy -> file(copy).close());
  }
}
