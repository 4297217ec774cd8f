// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionSide;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.link.LinkEnd;
import org.portunus.system.link.LinkMemory;
import org.portunus.system.link.LinkSide;
import org.portunus.system.link.SeverWords;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.LinkGrant;
import org.portunus.system.xpc.ConnectionRefusal;

/**
 * Transports of connections that the kernel made: over their link, or over their socket alone where
 * one of the two tasks knows no links. A link that the kernel revokes is given up at once.
 */
public final class KernelLinks implements ServiceTransports {
  private static final int LONGEST = ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY;

  private final KernelSocket kernel;

  public KernelLinks(KernelSocket kernel) {
    this.kernel = kernel;
  }

  /** The client's side; takes over what the kernel gave, also when this fails. */
  Transport ofClient(long connection, Descriptor socket, Optional<LinkGrant> grant) {
    return grant.isPresent()
        ? linked(connection, socket, grant.get(), LinkSide.CLIENT)
        : unlinked(connection, socket, ConnectionSide.CLIENT);
  }

  @Override
  public Transport make(long connection, Descriptor socket) {
    Optional<LinkGrant> grant;
    try {
      grant = kernel.openLink(connection);
    } catch (PortunusException refusal) {
      ConnectionRefusal.send(socket, refusal.code(), refusal.detail());
      throw refusal;
    }
    return grant.isPresent()
        ? linked(connection, socket, grant.get(), LinkSide.SERVICE)
        : unlinked(connection, socket, ConnectionSide.SERVICE);
  }

  private Transport unlinked(long connection, Descriptor socket, ConnectionSide side) {
    return SocketTransport.of(socket, KernelRights.of(kernel, connection, side));
  }

  private Transport linked(long connection, Descriptor socket, LinkGrant grant, LinkSide side) {
    boolean mapped = false;
    LinkEnd end;
    try (Descriptor memory = grant.memory()) {
      SeverWords words =
          kernel
              .severWords()
              .orElseThrow(
                  () -> new PortunusException(ErrorCode.PROTOCOL, "a link without sever words"));
      end = new LinkEnd(LinkMemory.map(memory), words, grant.place(), grant.epoch(), side, LONGEST);
      mapped = true;
    } finally {
      if (!mapped) {
        socket.close();
      }
    }
    LinkTransport transport =
        LinkTransport.of(socket, end, KernelRights.of(kernel, connection, sideOf(side)));
    // A revocation from before shows when the transport is read.
    kernel.onLinkRevoked(
        connection,
        () -> {
          transport.revoked();
          confirm(connection);
        });
    return transport;
  }

  /** The kernel may have ended this task already, for being late. */
  private void confirm(long connection) {
    try {
      kernel.linkClosed(connection);
    } catch (PortunusException gone) {
      if (gone.code() != ErrorCode.INSTANCE_ENDED) {
        throw gone;
      }
    }
  }

  private static ConnectionSide sideOf(LinkSide side) {
    return switch (side) {
      case CLIENT -> ConnectionSide.CLIENT;
      case SERVICE -> ConnectionSide.SERVICE;
    };
  }

  @Override
  public void closed(long connection) {
    kernel.forgetLink(connection);
    kernel.linkClosed(connection);
  }
}
