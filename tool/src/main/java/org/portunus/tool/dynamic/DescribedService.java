// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.dynamic;

import java.io.IOException;
import java.util.stream.Collectors;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.description.Description;
import org.portunus.system.xpc.description.Description.Ending;
import org.portunus.system.xpc.description.Description.Method;
import org.portunus.system.xpc.wire.Decoder;
import org.portunus.system.xpc.wire.Encoder;
import org.portunus.system.xpc.wire.Peer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A service, called by its description. */
public final class DescribedService {
  private final LearningType type;
  private final Peer peer;

  DescribedService(LearningType type, Peer peer) {
    this.type = type;
    this.peer = peer;
  }

  /**
   * What the service says that it is; connects if need be.
   *
   * @throws PortunusException as a call does; INTERFACE_MISMATCH also for a service that can't
   *     describe itself
   */
  public Description description() {
    if (type.learned().isEmpty()) {
      peer.connect();
    }
    return type.learned()
        .orElseThrow(() ->
            new PortunusException(
                ErrorCode.INTERFACE_MISMATCH, type.name() + " does not describe itself"));
  }

  /**
   * Calls a method.
   *
   * @param arguments an object by the parameters' names, or an array in their order
   * @return an object with {@code result}, empty for void; or with {@code throws}: the declared
   *     exception's name and value
   * @throws PortunusException as a call does; USAGE, with the place, for arguments that do not fit
   */
  public ObjectNode call(String name, JsonNode arguments) throws IOException {
    Description description = description();
    Method method = method(description, name);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    try (Encoder out = peer.request()) {
      new ValueWriter(description, out).arguments(method, arguments);
      if (method.ending() == Ending.ONE_WAY) {
        peer.send(Peer.ROOT, method.id(), out);
        return answer;
      }
      try (Decoder in = peer.call(Peer.ROOT, method.id(), out)) {
        ValueReader reader = new ValueReader(description, in);
        int outcome = in.readNumber("outcome", method.exceptions().size() + 1, "throws");
        if (outcome == 0) {
          method.result().ifPresent(result -> answer.set("result", reader.read(result, "result")));
        } else {
          var exception = method.exceptions().get(outcome - 1);
          String thrown = description.at(exception).name();
          answer.putObject("throws").set(thrown, reader.read(exception, thrown));
        }
        in.end();
        return answer;
      }
    }
  }

  private static Method method(Description description, String name) {
    return description.root().methods().stream()
        .filter(method -> method.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new PortunusException(
                ErrorCode.USAGE,
                "%s has no method %s, only %s"
                    .formatted(
                        description.root().service(),
                        name,
                        description.root().methods().stream()
                            .map(Method::name)
                            .collect(Collectors.joining(", ")))));
  }
}
