// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.dynamic;

import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.description.DescribedType;
import org.portunus.system.xpc.description.Description;
import org.portunus.system.xpc.wire.Dispatcher;
import org.portunus.system.xpc.wire.Peer;

/** The type of a service whose interface is learned from it. */
public final class LearningType implements DescribedType<DescribedService> {
  private static final int DIGEST_BYTES = 32;

  private final String name;
  private volatile Optional<Description> learned = Optional.empty();

  private LearningType(String name) {
    this.name = name;
  }

  /**
   * The type.
   *
   * @throws PortunusException USAGE for what is no name of a service
   */
  public static LearningType of(String name) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,127}")) {
      throw new PortunusException(
          ErrorCode.USAGE,
          "'" + name + "' is no name of a service: letters, digits, '.', '-', '_'");
    }
    return new LearningType(name);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Class<DescribedService> interfaceClass() {
    return DescribedService.class;
  }

  @Override
  public byte[] digest() {
    return new byte[DIGEST_BYTES];
  }

  @Override
  public String description() {
    return Description.HEAD + "\ninterface " + name + " Any\n";
  }

  @Override
  public void met(Description service) {
    learned = Optional.of(service);
  }

  Optional<Description> learned() {
    return learned;
  }

  @Override
  public DescribedService proxy(Peer peer, int object) {
    return new DescribedService(this, peer);
  }

  @Override
  public Dispatcher dispatcher(DescribedService implementation) {
    throw new IllegalStateException("nobody serves what he has to learn");
  }
}
