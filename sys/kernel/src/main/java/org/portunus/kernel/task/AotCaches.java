// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.portunus.abi.log.LogEvent;

/**
 * The AOT caches that services may start from, each hashed once by this process before its first
 * use (rule C3). They are seen through the instance's read-only mount.
 *
 * <p>Thread-safe; has no lock.
 */
public final class AotCaches {
  private final CompletableFuture<Map<String, Path>> verified;

  private AotCaches(CompletableFuture<Map<String, Path>> verified) {
    this.verified = verified;
  }

  /**
   * Begins to verify the caches.
   *
   * @param jdk home of the JDK
   * @param system folder of the system's modules
   * @param thread runs the verification
   * @param events hears of what can't be used, and why
   */
  public static AotCaches verify(
      Path jdk, Path system, Consumer<Runnable> thread, Consumer<LogEvent> events) {
    CompletableFuture<Map<String, Path>> verified = new CompletableFuture<>();
    thread.accept(() -> verified.complete(read(jdk, system, events)));
    return new AotCaches(verified);
  }

  /** Without caches every service starts from its jars. */
  public static AotCaches none() {
    return new AotCaches(CompletableFuture.completedFuture(Map.of()));
  }

  private static Map<String, Path> read(Path jdk, Path system, Consumer<LogEvent> events) {
    Map<String, Path> good = new HashMap<>();
    Path folder = AotRecord.folder(system);
    try {
      Optional<AotRecord> record = AotRecord.read(folder);
      if (record.isEmpty()) {
        events.accept(LogEvent.of("aot.none").with("why", "this installation has no AOT caches"));
        return good;
      }
      if (!record.get().isOf(jdk, system)) {
        events.accept(
            LogEvent.of("aot.stale").with("why", "made from another JDK, system or options"));
        return good;
      }
      for (AotRecord.Cache cache : record.get().caches()) {
        Path file = folder.resolve(cache.file());
        if (AotRecord.hashOf(file).equals(cache.hash())) {
          good.put(cache.file(), file);
        } else {
          events.accept(
              LogEvent.of("aot.refused")
                  .with("cache", cache.file())
                  .with("why", "it does not hash to what the record says"));
        }
      }
    } catch (IOException unreadable) {
      events.accept(LogEvent.of("aot.refused").with("why", unreadable.toString()));
    }
    return good;
  }

  /** The cache for a set of modules. Waits until all are verified: on the launcher's thread. */
  Optional<Path> of(List<String> modules) {
    return Optional.ofNullable(verified.join().get(AotRecord.fileName(modules)));
  }
}
