// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.instance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * Gives way to a successor: another instance that has put its socket in the place of this one's.
 * Then nobody new comes here; the folder is let go, and the broker ends when the last has left.
 *
 * <p>A thread of its own. Only who may write in the run folder, its owner, can be a successor.
 */
final class Succession {
  private final RunFolder folder;
  private final BrokerProcess broker;
  private final NamedInstance.Entrance entrance;
  private final Path socket;
  private final Optional<Object> own;

  /**
   * @param broker ready, so that the socket is its own
   */
  Succession(RunFolder folder, BrokerProcess broker, NamedInstance.Entrance entrance)
      throws IOException {
    this.folder = folder;
    this.broker = broker;
    this.entrance = entrance;
    this.socket = folder.path().resolve("socket");
    this.own = key();
  }

  void start() throws IOException {
    WatchService watch = folder.path().getFileSystem().newWatchService();
    folder.path().register(watch, StandardWatchEventKinds.ENTRY_CREATE);
    Thread.ofPlatform().daemon().name("portunus-succession").start(() -> run(watch));
  }

  private void run(WatchService watch) {
    try (watch) {
      if (entrance == NamedInstance.Entrance.TAKE_OVER) {
        folder.settle();
      }
      while (isOwn()) {
        WatchKey changed = watch.take();
        changed.pollEvents();
        changed.reset();
      }
      broker.drain();
      folder.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /** Also when there is none: then this instance is ending. */
  private boolean isOwn() throws IOException {
    Optional<Object> now = key();
    return now.isEmpty() || now.equals(own);
  }

  private Optional<Object> key() throws IOException {
    try {
      return Optional.ofNullable(Files.readAttributes(socket, BasicFileAttributes.class).fileKey());
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
  }
}
