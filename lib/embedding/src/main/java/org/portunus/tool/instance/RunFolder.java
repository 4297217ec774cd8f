// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.instance;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/**
 * A run folder that this process has claimed for an instance: its own, mode 0700, and locked until
 * it is closed. The lock is on the file {@code lock} in it, so it ends with the process.
 */
public final class RunFolder implements AutoCloseable {
  private static final String PERMISSIONS = "rwx------";
  private static final Path BOUND_SOCKETS = Path.of("/proc/net/unix");
  private static final Duration PREDECESSOR = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 50;

  private final Path path;
  private volatile FileChannel lock;

  private RunFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Where an instance runs when nothing else is said: below XDG_RUNTIME_DIR, /run for root, else
   * /tmp with the uid in the name.
   */
  public static Path standard() {
    return standard(System.getenv(), uid());
  }

  /** The same for one of several instances side by side; an empty name for the one without. */
  public static Path standard(String name) {
    Path unnamed = standard();
    return name.isEmpty() ? unnamed : unnamed.resolveSibling(unnamed.getFileName() + "." + name);
  }

  static Path standard(Map<String, String> environment, int uid) {
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    if (runtime.startsWith("/")) {
      return Path.of(runtime, "portunus");
    }
    return uid == 0 ? Path.of("/run/portunus") : Path.of("/tmp/portunus-" + uid);
  }

  /** The uid that this process runs as. */
  public static int uid() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException failure) {
      throw new PortunusException(ErrorCode.MACHINE, "/proc is not mounted", failure);
    }
  }

  /**
   * Makes the folder if it is not there and claims it.
   *
   * @throws PortunusException USAGE when it belongs to another user, is open to others, is a link,
   *     or an instance runs there
   */
  public static RunFolder claim(Path path) throws IOException, InterruptedException {
    create(path);
    check(path);
    FileChannel lock = open(path, "lock");
    try {
      if (tryLock(lock) == null) {
        throw refused(path, "an instance runs there: end it first");
      }
      awaitPredecessor(path);
      return new RunFolder(path, lock);
    } catch (IOException | RuntimeException | InterruptedException failure) {
      lock.close();
      throw failure;
    }
  }

  /**
   * Claims the folder of an instance that runs, for one that is to serve in its place: nobody else
   * can meanwhile. The folder itself is claimed by {@link #settle}.
   *
   * @throws PortunusException USAGE as above, or when another program takes over too
   */
  public static RunFolder succeed(Path path) throws IOException {
    create(path);
    check(path);
    FileChannel next = open(path, "next");
    try {
      if (tryLock(next) == null) {
        throw refused(path, "another program is taking over there");
      }
      Files.deleteIfExists(path.resolve("socket.next"));
      return new RunFolder(path, next);
    } catch (IOException | RuntimeException failure) {
      next.close();
      throw failure;
    }
  }

  /** Waits until the predecessor has let the folder go, and claims it. */
  public void settle() throws IOException {
    FileChannel claimed = open(path, "lock");
    FileLock _ = claimed.lock();
    FileChannel next = lock;
    lock = claimed;
    next.close();
  }

  private static FileChannel open(Path path, String name) throws IOException {
    return FileChannel.open(
        path.resolve(name),
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE,
        LinkOption.NOFOLLOW_LINKS);
  }

  private static void create(Path path) throws IOException {
    try {
      Files.createDirectory(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PERMISSIONS)));
    } catch (FileAlreadyExistsException expected) {
      // SAFETY: whatever is there is looked at by check() before it is used.
      return;
    }
  }

  private static void check(Path path) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isDirectory()) {
      throw refused(path, "it is not a folder");
    }
    int owner = (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (owner != uid()) {
      throw refused(path, "it belongs to " + attributes.owner().getName());
    }
    String permissions = PosixFilePermissions.toString(attributes.permissions());
    if (!permissions.equals(PERMISSIONS)) {
      throw refused(path, "its mode is " + permissions + ", not " + PERMISSIONS + " (chmod 700)");
    }
  }

  private static @Nullable FileLock tryLock(FileChannel lock) throws IOException {
    try {
      return lock.tryLock();
    } catch (OverlappingFileLockException sameProcess) {
      return null;
    }
  }

  /** An instance whose starter was killed ends by itself; a socket that nobody holds is removed. */
  private static void awaitPredecessor(Path path) throws IOException, InterruptedException {
    Path socket = path.resolve("socket");
    long end = System.nanoTime() + PREDECESSOR.toNanos();
    while (isBound(socket) || isBound(path.resolve("socket.next"))) {
      if (System.nanoTime() - end > 0) {
        throw refused(path, "an instance runs there without the program that started it");
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    Files.deleteIfExists(socket);
  }

  private static boolean isBound(Path socket) throws IOException {
    // The file has raw bytes of anybody's paths: compared as bytes, one character each.
    byte[] name = (" " + socket).getBytes(StandardCharsets.UTF_8);
    String end = new String(name, StandardCharsets.ISO_8859_1);
    try (Stream<String> lines = Files.lines(BOUND_SOCKETS, StandardCharsets.ISO_8859_1)) {
      return lines.anyMatch(line -> line.endsWith(end));
    }
  }

  private static PortunusException refused(Path path, String why) {
    return new PortunusException(
        ErrorCode.USAGE, path + " can't be the run folder: " + why + ", or name another (--run)");
  }

  /** The log of the instance that runs or ran in this folder; empty if none did. */
  public static Optional<Path> log(Path run) {
    return Optional.of(run.resolve("log")).filter(Files::isRegularFile);
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
