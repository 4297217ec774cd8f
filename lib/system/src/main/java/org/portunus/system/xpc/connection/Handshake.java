// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.Hello;
import org.portunus.system.xpc.ServiceType;
import org.portunus.system.xpc.wire.Dispatcher;

/** How the two sides of a session begin. The client speaks first. */
abstract sealed class Handshake {
  private final ConnectionLimits limits;

  private Handshake(ConnectionLimits limits) {
    this.limits = limits;
  }

  static Handshake client(ServiceType<?> type, ConnectionLimits limits) {
    return new OfClient(type, limits);
  }

  /**
   * @param offers finds what is offered under the interface name that the client says
   */
  static Handshake service(Function<String, Optional<Offer<?>>> offers, ConnectionLimits limits) {
    return new OfService(offers, limits);
  }

  ConnectionLimits limits() {
    return limits;
  }

  /** What this side says before it has heard the other. */
  abstract Optional<Greeting> first();

  /**
   * Checks what the peer said.
   *
   * @throws PortunusException VERSION, INVALID, INTERFACE_MISMATCH: what the peer is told
   */
  abstract Accepted accept(Greeting peer);

  /**
   * What came of it.
   *
   * @param agreed what holds for both
   * @param answer what this side still has to say
   * @param root the object 0 of this side
   */
  record Accepted(
      Hello agreed, String interfaceName, Optional<Greeting> answer, Optional<Dispatcher> root) {}

  final Hello agree(Greeting peer) {
    Hello own = limits.hello();
    int version = own.versionWith(peer.hello());
    if (version == 0) {
      throw new PortunusException(
          ErrorCode.VERSION,
          "one side speaks protocol %d to %d, the other %d to %d"
              .formatted(
                  own.lowest(), own.highest(), peer.hello().lowest(), peer.hello().highest()));
    }
    return own.agree(peer.hello(), version);
  }

  static void checkDigest(ServiceType<?> type, Greeting peer) {
    byte[] own = type.digest();
    if (!type.name().equals(peer.interfaceName())) {
      throw new PortunusException(
          ErrorCode.INTERFACE_MISMATCH,
          "one side has interface %s, the other %s".formatted(type.name(), peer.interfaceName()));
    }
    if (!Arrays.equals(own, peer.digest())) {
      throw new PortunusException(
          ErrorCode.INTERFACE_MISMATCH,
          "%s: one side has digest %s, the other %s"
              .formatted(type.name(), shortHex(own), shortHex(peer.digest())));
    }
  }

  private static String shortHex(byte[] digest) {
    return HexFormat.of().formatHex(digest, 0, 8);
  }

  private static final class OfClient extends Handshake {
    private final ServiceType<?> type;

    OfClient(ServiceType<?> type, ConnectionLimits limits) {
      super(limits);
      this.type = type;
    }

    @Override
    Optional<Greeting> first() {
      return Optional.of(new Greeting(limits().hello(), type.name(), type.digest()));
    }

    @Override
    Accepted accept(Greeting peer) {
      Hello agreed = agree(peer);
      checkDigest(type, peer);
      return new Accepted(agreed, type.name(), Optional.empty(), Optional.empty());
    }
  }

  private static final class OfService extends Handshake {
    private final Function<String, Optional<Offer<?>>> offers;

    OfService(Function<String, Optional<Offer<?>>> offers, ConnectionLimits limits) {
      super(limits);
      this.offers = offers;
    }

    @Override
    Optional<Greeting> first() {
      return Optional.empty();
    }

    @Override
    Accepted accept(Greeting peer) {
      Hello agreed = agree(peer);
      Offer<?> offer =
          offers
              .apply(peer.interfaceName())
              .orElseThrow(() ->
                  new PortunusException(
                      ErrorCode.INTERFACE_MISMATCH,
                      "the service here is not " + peer.interfaceName()));
      checkDigest(offer.type(), peer);
      Greeting answer = new Greeting(limits().hello(), offer.type().name(), offer.type().digest());
      return new Accepted(
          agreed, offer.type().name(), Optional.of(answer), Optional.of(offer.dispatcher()));
    }
  }
}
