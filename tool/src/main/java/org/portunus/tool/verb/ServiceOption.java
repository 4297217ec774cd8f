// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.Instance;
import org.portunus.system.xpc.ServiceConnection;
import org.portunus.tool.dynamic.DescribedService;
import org.portunus.tool.dynamic.LearningType;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say how a service is reached whose interface is learned from it. */
final class ServiceOption {
  @Mixin private RunOption run = new RunOption();

  @Option(
      names = "--interface",
      paramLabel = "NAME",
      description = "the interface's name, if the service is offered under another")
  private Optional<String> interfaceName = Optional.empty();

  /** What somebody wants of the service. */
  interface Question<T> {
    T ask(DescribedService service) throws IOException;
  }

  <T> T ask(String name, Duration time, Question<T> question) throws IOException {
    try (Instance instance = Instance.connect(run.socket());
        ServiceConnection<DescribedService> service =
            instance.open(LearningType.of(interfaceName.orElse(name)), name)) {
      return question.ask(service.proxy(time));
    } catch (PortunusException refusal) {
      if (refusal.code() == ErrorCode.INTERFACE_MISMATCH && interfaceName.isEmpty()) {
        throw new PortunusException(
            ErrorCode.INTERFACE_MISMATCH,
            refusal.detail() + "; a service of another name than its interface needs --interface",
            refusal);
      }
      throw refusal;
    }
  }
}
