// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.system.xpc.ServiceType;
import org.portunus.system.xpc.description.DescribedType;
import org.portunus.system.xpc.description.Description;
import org.portunus.system.xpc.description.Fit;
import org.portunus.system.xpc.wire.Dispatcher;
import org.portunus.system.xpc.wire.Peer;

/** How the two sides of a session begin. The client speaks first. */
abstract sealed class Handshake {
  private final ConnectionLimits limits;

  private Handshake(ConnectionLimits limits) {
    this.limits = limits;
  }

  static Handshake client(ServiceType<?> type, ConnectionLimits limits) {
    return new OfClient(type, limits);
  }

  static Handshake service(Offer<?> offer, ConnectionLimits limits) {
    return new OfService(offer, limits);
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
   * @param description what this side has to say of its interface, since the peer has another
   *     version: nothing holds before {@link #compare}
   */
  record Accepted(
      Hello agreed,
      String interfaceName,
      Optional<Greeting> answer,
      Optional<Dispatcher> root,
      Optional<byte[]> description) {}

  /**
   * Checks the peer's description, where {@link Accepted#description} is present.
   *
   * @throws PortunusException INTERFACE_MISMATCH
   */
  abstract void compare(byte[] description) throws MalformedFrameException;

  /** The peer's error, with the name of the method where this side knows it. */
  ErrorBody named(ErrorBody error, int object, int method) {
    return error;
  }

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

  /** This side's description if the peer has another version of the interface. */
  static Optional<byte[]> description(ServiceType<?> type, Greeting peer, Hello agreed) {
    byte[] own = type.digest();
    if (!type.name().equals(peer.interfaceName())) {
      throw new PortunusException(
          ErrorCode.INTERFACE_MISMATCH,
          "one side has interface %s, the other %s".formatted(type.name(), peer.interfaceName()));
    }
    if (Arrays.equals(own, peer.digest())) {
      return Optional.empty();
    }
    byte[] description = type.description().getBytes(StandardCharsets.UTF_8);
    if (description.length == 0
        || description.length > Description.MAX_BYTES
        || (agreed.features() & Hello.DESCRIPTIONS) == 0) {
      throw new PortunusException(
          ErrorCode.INTERFACE_MISMATCH,
          "%s: one side has digest %s, the other %s, and they can't compare more"
              .formatted(type.name(), shortHex(own), shortHex(peer.digest())));
    }
    return Optional.of(description);
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
    ErrorBody named(ErrorBody error, int object, int method) {
      return error.code() == ErrorCode.UNKNOWN_METHOD && object == Peer.ROOT
          ? new ErrorBody(error.code(), methodName(method) + ": " + error.detail())
          : error;
    }

    private String methodName(int method) {
      try {
        return Description.read(type.description())
            .root()
            .method(method)
            .map(found -> type.name() + "." + found.name())
            .orElse(type.name());
      } catch (MalformedFrameException undescribed) {
        return type.name();
      }
    }

    @Override
    Accepted accept(Greeting peer) {
      Hello agreed = agree(peer);
      return new Accepted(
          agreed, type.name(), Optional.empty(), Optional.empty(), description(type, peer, agreed));
    }

    @Override
    void compare(byte[] description) throws MalformedFrameException {
      Description service = Description.read(description);
      Fit.require(Description.read(type.description()), service);
      if (type instanceof DescribedType<?> learning) {
        learning.met(service);
      }
    }
  }

  private static final class OfService extends Handshake {
    private final Offer<?> offer;

    OfService(Offer<?> offer, ConnectionLimits limits) {
      super(limits);
      this.offer = offer;
    }

    @Override
    Optional<Greeting> first() {
      return Optional.empty();
    }

    @Override
    Accepted accept(Greeting peer) {
      Hello agreed = agree(peer);
      Optional<byte[]> description = description(offer.type(), peer, agreed);
      Greeting answer = new Greeting(limits().hello(), offer.type().name(), offer.type().digest());
      return new Accepted(
          agreed,
          offer.type().name(),
          Optional.of(answer),
          Optional.of(offer.dispatcher()),
          description);
    }

    @Override
    void compare(byte[] description) throws MalformedFrameException {
      Fit.require(Description.read(description), Description.read(offer.type().description()));
    }
  }
}
