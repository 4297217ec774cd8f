// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.spi.ToolProvider;

/**
 * The system library built with a bug, in a class loader of its own with the tests, so that a test
 * can be run against it in this process.
 */
final class SeededLink extends ClassLoader {
  private static final String OURS = "org.portunus.system.";
  private static final String SLEEP = "org.portunus.linux.event.FutexSet";

  private final List<Path> folders;

  private SeededLink(List<Path> folders) {
    super(SeededLink.class.getClassLoader());
    this.folders = folders;
  }

  /**
   * @param source what is compiled again
   * @param check what stands there once
   * @param bug what takes its place
   * @param folder an empty one
   */
  static SeededLink build(Path source, String check, String bug, Path folder) throws IOException {
    String text = Files.readString(source);
    assertThat(text).as("the source has the check once").containsOnlyOnce(check);
    Path changed = folder.resolve(source.getFileName());
    Files.writeString(changed, text.replace(check, bug));
    Path classes = Files.createDirectory(folder.resolve("classes"));
    StringWriter said = new StringWriter();
    String path = System.getProperty("jdk.module.path", "");
    int status =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                new PrintWriter(said),
                new PrintWriter(said),
                "-proc:none",
                "-nowarn",
                "-cp",
                path.replace(java.io.File.pathSeparatorChar, ':') + ":target/classes",
                "-d",
                classes.toString(),
                changed.toString());
    assertThat(status).as("%s", said).isZero();
    return new SeededLink(
        List.of(classes, Path.of("target/classes"), Path.of("target/test-classes")));
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      if (known != null) {
        return known;
      }
      boolean ours = name.startsWith(OURS) || name.startsWith(SLEEP);
      return ours ? findClass(name) : super.loadClass(name, resolve);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    for (Path folder : folders) {
      Path file = folder.resolve(name.replace('.', '/') + ".class");
      try {
        if (Files.exists(file)) {
          byte[] bytes = Files.readAllBytes(file);
          return defineClass(name, bytes, 0, bytes.length);
        }
      } catch (IOException unreadable) {
        throw new ClassNotFoundException(name, unreadable);
      }
    }
    return super.loadClass(name, false);
  }

  /** Runs a test with these arguments; what it failed with, or that it did not end. */
  Optional<String> failureOf(Duration patience, String testClass, String test, Object... arguments)
      throws Exception {
    Class<?> tests = loadClass(testClass);
    var constructor = tests.getDeclaredConstructor();
    constructor.setAccessible(true);
    Object instance = constructor.newInstance();
    Method method =
        java.util.Arrays.stream(tests.getDeclaredMethods())
            .filter(candidate ->
                candidate.getName().equals(test)
                    && candidate.getParameterCount() == arguments.length)
            .findFirst()
            .orElseThrow(() -> new AssertionError("no test " + test));
    method.setAccessible(true);
    CompletableFuture<Optional<String>> result = new CompletableFuture<>();
    Thread runner =
        Thread.ofPlatform()
            .daemon()
            .name("seeded-" + test)
            .start(() -> {
              try {
                method.invoke(instance, arguments);
                result.complete(Optional.empty());
              } catch (ReflectiveOperationException | RuntimeException failed) {
                Throwable cause = failed.getCause();
                result.complete(Optional.of(String.valueOf(cause == null ? failed : cause)));
              }
            });
    try {
      return result.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException hangs) {
      runner.interrupt();
      return Optional.of("it does not end");
    }
  }
}
