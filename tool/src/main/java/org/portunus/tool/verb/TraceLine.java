// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.nio.file.Path;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.log.LogText;
import org.portunus.interfaces.launchd.MessageStep;
import org.portunus.interfaces.launchd.TracedMessage;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A step of a message as a line of text, and as one of JSON and back. */
final class TraceLine {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final long NANOS_A_SECOND = 1_000_000_000;
  private static final int MICRO = 1000;

  private TraceLine() {}

  static String text(TracedMessage message) {
    StringBuilder line = new StringBuilder();
    line.append(
        "+%d.%06d %-9s %6d %s > %s"
            .formatted(
                message.at() / NANOS_A_SECOND,
                message.at() % NANOS_A_SECOND / MICRO,
                message.step(),
                message.id(),
                who(message.sender(), message.senderLabel()),
                message.receiver().isEmpty()
                    ? "nobody"
                    : who(message.receiver(), message.receiverLabel())));
    if (!message.service().isEmpty()) {
      line.append(" service=").append(message.service());
    }
    if (message.port() != 0) {
      line.append(" port=").append(Integer.toHexString(message.port()));
    }
    line.append(" bytes=").append(message.bytes());
    if (message.rights() > 0) {
      line.append(" rights=").append(message.rights());
    }
    if (message.descriptors() > 0) {
      line.append(" descriptors=").append(message.descriptors());
    }
    return LogText.escape(line.toString());
  }

  private static String who(String task, String label) {
    return label.isEmpty() || label.equals(task) ? task : label + "[" + task + "]";
  }

  static ObjectNode json(TracedMessage message) {
    return JsonReport.object()
        .put("monotonicNanos", message.at())
        .put("step", message.step().name())
        .put("id", message.id())
        .put("sender", message.sender())
        .put("senderLabel", message.senderLabel())
        .put("receiver", message.receiver())
        .put("receiverLabel", message.receiverLabel())
        .put("port", message.port())
        .put("service", message.service())
        .put("bytes", message.bytes())
        .put("rights", message.rights())
        .put("descriptors", message.descriptors());
  }

  /**
   * @throws PortunusException USAGE if the line is not one of {@link #json}
   */
  static TracedMessage parse(Path file, String line) {
    try {
      JsonNode node = JSON.readTree(line);
      return new TracedMessage(
          node.required("monotonicNanos").longValue(),
          MessageStep.valueOf(node.required("step").stringValue()),
          node.required("id").intValue(),
          node.required("sender").stringValue(),
          node.required("senderLabel").stringValue(),
          node.required("receiver").stringValue(),
          node.required("receiverLabel").stringValue(),
          node.required("port").intValue(),
          node.required("service").stringValue(),
          node.required("bytes").intValue(),
          node.required("rights").intValue(),
          node.required("descriptors").intValue());
    } catch (JacksonException | IllegalArgumentException otherForm) {
      throw new PortunusException(
          ErrorCode.USAGE, file + " has a line that msgtrace did not write", otherForm);
    }
  }
}
