// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Answers HTTP requests on a unix socket with a text: one request a connection. Who connects has
 * some seconds and a line of room; a few are served at once, others are turned away.
 */
final class MetricsDoor implements AutoCloseable {
  private static final int BACKLOG = 16;
  private static final int MOST_AT_ONCE = 8;
  private static final int MOST_REQUEST = 8 * 1024;
  private static final int MOST_FAILURES = 10;
  private static final long FAILURE_PAUSE_MILLIS = 100;
  private static final long PATIENCE_SECONDS = 5;

  private final Path socket;
  private final ServerSocketChannel listener;
  private final Supplier<String> text;
  private final Consumer<String> complaints;
  private final Semaphore places = new Semaphore(MOST_AT_ONCE);

  private MetricsDoor(
      Path socket,
      ServerSocketChannel listener,
      Supplier<String> text,
      Consumer<String> complaints) {
    this.socket = socket;
    this.listener = listener;
    this.text = text;
    this.complaints = complaints;
  }

  /**
   * Listens for the user alone.
   *
   * @param socket a path at which nothing is, or a socket that nobody listens at
   * @param complaints hears of what goes wrong
   */
  static MetricsDoor open(Path socket, Supplier<String> text, Consumer<String> complaints)
      throws IOException {
    removeAbandoned(socket);
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    boolean bound = false;
    try {
      listener.bind(UnixDomainSocketAddress.of(socket), BACKLOG);
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      bound = true;
      return new MetricsDoor(socket, listener, text, complaints);
    } finally {
      if (!bound) {
        listener.close();
      }
    }
  }

  private static void removeAbandoned(Path socket) throws IOException {
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    boolean other =
        !Boolean.TRUE.equals(
            Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther());
    if (other || isAnswered(socket)) {
      throw new FileAlreadyExistsException(socket.toString());
    }
    Files.delete(socket);
  }

  private static boolean isAnswered(Path socket) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return channel.isConnected();
    } catch (IOException nobody) {
      return false;
    }
  }

  /**
   * Serves until it is closed.
   *
   * @throws IOException when no connection can be taken any more
   */
  void serve() throws IOException, InterruptedException {
    int failures = 0;
    while (listener.isOpen()) {
      try {
        take(listener.accept());
        failures = 0;
      } catch (ClosedChannelException closed) {
        return;
      } catch (IOException failure) {
        failures++;
        complaints.accept("a connection could not be taken: " + failure.getMessage());
        if (failures == MOST_FAILURES) {
          throw failure;
        }
        TimeUnit.MILLISECONDS.sleep(FAILURE_PAUSE_MILLIS);
      }
    }
  }

  private void take(SocketChannel peer) throws IOException {
    if (!places.tryAcquire()) {
      complaints.accept(MOST_AT_ONCE + " connections are served, another one is turned away");
      peer.close();
      return;
    }
    // to wait for a thread that was not started yet would end at once
    Thread answering = Thread.ofPlatform().daemon().name("metrics").start(() -> answer(peer));
    Thread.ofPlatform().daemon().name("metrics-patience").start(() -> endLate(peer, answering));
  }

  private static void endLate(SocketChannel peer, Thread answering) {
    try {
      answering.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
      peer.close();
    } catch (IOException | InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(SocketChannel peer) {
    try (peer) {
      String request = readHead(peer);
      String reply =
          request.startsWith("GET ")
              ? reply("200 OK", PrometheusText.CONTENT_TYPE, text.get())
              : reply("405 Method Not Allowed", "text/plain", "GET only\n");
      ByteBuffer bytes = ByteBuffer.wrap(reply.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        int unusedWritten = peer.write(bytes);
      }
      leave(peer);
    } catch (IOException | RuntimeException failure) {
      complaints.accept("a request was not answered: " + failure);
    } finally {
      places.release();
    }
  }

  /** The first bytes, to the empty line or the end. */
  private static String readHead(SocketChannel peer) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(MOST_REQUEST);
    String text = "";
    while (head.hasRemaining() && !text.contains("\r\n\r\n") && !text.contains("\n\n")) {
      if (peer.read(head) < 0) {
        break;
      }
      text = new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1);
    }
    return text;
  }

  /** What was not read would reset the connection before the peer has read the reply. */
  private static void leave(SocketChannel peer) throws IOException {
    try {
      peer.shutdownOutput();
      ByteBuffer rest = ByteBuffer.allocate(MOST_REQUEST);
      int read = 0;
      while (read >= 0) {
        read = peer.read(rest.clear());
      }
    } catch (ClosedChannelException late) {
      return; // its time is over
    }
  }

  private static String reply(String status, String type, String body) {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    return "HTTP/1.1 "
        + status
        + "\r\nContent-Type: "
        + type
        + "\r\nContent-Length: "
        + length
        + "\r\nConnection: close\r\n\r\n"
        + body;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    Files.deleteIfExists(socket);
  }
}
