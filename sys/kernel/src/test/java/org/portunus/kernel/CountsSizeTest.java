// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.portunus.abi.identity.CodeIdentity;
import org.portunus.abi.wire.KernelCounts;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.task.RunningTask;
import org.portunus.kernel.task.Tasks;

/** The largest answer about what the kernel holds is still one message. */
class CountsSizeTest {
  private static LaunchRecord labelled(String label) {
    return new LaunchRecord(
        label,
        "b",
        CodeIdentity.ofBytes(new byte[CodeIdentity.BYTES]),
        new LaunchRecord.Limits(64, 512, 128, 1, 128, 1, 1),
        List.of(),
        List.of());
  }

  @Test
  void asManyTasksAsThereMayBeWithTheLongestLabelsFit() throws MalformedFrameException {
    String longest = "l".repeat(LaunchRecord.MAX_LABEL);
    assertThat(LaunchRecord.read(labelled(longest).toBytes()).label()).isEqualTo(longest);
    assertThatThrownBy(() -> LaunchRecord.read(labelled(longest + "l").toBytes()))
        .isInstanceOf(MalformedFrameException.class)
        .hasMessageContaining("label");
    List<KernelCounts.TaskCounts> tasks = new ArrayList<>();
    for (int i = 0; i < Tasks.MAX_SERVICES; i++) {
      tasks.add(task(RunningTask.Kind.SERVICE, longest));
    }
    for (int i = 0; i < Tasks.MAX_OUTSIDE; i++) {
      tasks.add(task(RunningTask.Kind.OUTSIDE, "outside"));
    }
    tasks.add(task(RunningTask.Kind.LAUNCHD, "launchd"));
    KernelCounts counts = new KernelCounts(1, 2, 3, 4, tasks);
    byte[] data = new WireWriter().i32(0).fixed(counts.toBytes()).toBytes();
    assertThat(data).hasSizeLessThanOrEqualTo(OutgoingMessage.MAX_DATA);
    WireReader in = new WireReader(data);
    assertThat(in.i32("result")).isZero();
    assertThat(KernelCounts.read(in)).isEqualTo(counts);
  }

  private static KernelCounts.TaskCounts task(RunningTask.Kind kind, String label) {
    return new KernelCounts.TaskCounts(
        Long.MAX_VALUE, kind.toString(), label, Integer.MAX_VALUE, -1, 4096, 1024);
  }
}
