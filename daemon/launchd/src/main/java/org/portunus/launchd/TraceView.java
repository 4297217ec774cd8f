// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.util.HashMap;
import java.util.Map;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.log.LogText;
import org.portunus.abi.wire.KernelCounts;
import org.portunus.abi.wire.NameList;
import org.portunus.abi.wire.TraceList;
import org.portunus.abi.wire.TraceQuestion;
import org.portunus.interfaces.launchd.MessageStep;
import org.portunus.interfaces.launchd.TracePage;
import org.portunus.interfaces.launchd.TracedMessage;

/** What administrators see of messages, from what kernel and launchd know. */
final class TraceView {
  private static final String KERNEL = "kernel";

  private final int epoch;
  private final long self;
  private final Map<Integer, String> services;
  private final Map<Long, String> labels = new HashMap<>();

  /**
   * @param self launchd's own task
   * @param services the service of each port, by launchd's name for it
   */
  TraceView(TaskId self, KernelCounts counts, Map<Integer, String> services) {
    this.epoch = self.epoch();
    this.self = self.counter();
    this.services = services;
    counts.tasks().forEach(task -> labels.put(task.task(), task.label()));
  }

  /** The counter of a task's id, ANY for none. */
  static long task(String text, int epoch) {
    if (text.isEmpty()) {
      return TraceQuestion.ANY;
    }
    try {
      TaskId id = TaskId.parse(text);
      if (id.epoch() == epoch) {
        return id.counter();
      }
      throw new PortunusException(ErrorCode.INVALID, text + " is of another instance");
    } catch (IllegalArgumentException otherForm) {
      throw new PortunusException(
          ErrorCode.INVALID, "not the id of a task: " + LogText.escape(text), otherForm);
    }
  }

  TracePage of(TraceList list) {
    return new TracePage(
        list.next(), list.lost(), list.more(), list.entries().stream().map(this::message).toList());
  }

  private TracedMessage message(TraceList.Entry entry) {
    return new TracedMessage(
        entry.at(),
        MessageStep.valueOf(entry.step().name()),
        entry.id(),
        entry.sender() == TraceList.KERNEL ? KERNEL : text(entry.sender()),
        entry.sender() == TraceList.KERNEL ? KERNEL : label(entry.sender()),
        receiver(entry.receiver()),
        entry.receiver() == NameList.KERNEL ? KERNEL : label(entry.receiver()),
        entry.port(),
        entry.receiver() == self ? services.getOrDefault(entry.port(), "") : "",
        entry.bytes(),
        entry.rights(),
        entry.descriptors());
  }

  private String receiver(long task) {
    if (task == NameList.KERNEL) {
      return KERNEL;
    }
    return task == NameList.NOBODY ? "" : text(task);
  }

  private String text(long task) {
    return new TaskId(epoch, task).toString();
  }

  private String label(long task) {
    return labels.getOrDefault(task, "");
  }
}
