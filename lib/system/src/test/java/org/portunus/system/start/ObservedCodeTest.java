// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ObservedCodeTest {
  private static final String NOWHERE = "/nowhere/at/all";

  /** What plug-ins do with exceptions, each in another form. */
  public static final class Sample implements Callable<String> {
    private final Object lock = new Object();

    @Override
    public String call() {
      long before = 1;
      StringBuilder told = new StringBuilder();
      try (FileInputStream in = new FileInputStream(NOWHERE)) {
        told.append(in.read());
      } catch (IOException swallowed) {
        told.append("swallowed ");
      }
      try {
        told.append(nested((double) before)).append(' ');
      } catch (UncheckedIOException wrapped) {
        told.append("wrapped ");
      } finally {
        told.append("finally ");
      }
      try {
        throw new IllegalStateException("no refusal");
      } catch (IllegalStateException other) {
        told.append(other.getMessage()).append(' ');
      }
      return told.append(new File(NOWHERE).exists())
          .append(Files.exists(Path.of(NOWHERE)))
          .append(before)
          .toString();
    }

    private double nested(double value) {
      synchronized (lock) {
        for (int i = 0; i < 3; i++) {
          try {
            value += Files.size(Path.of(NOWHERE, Integer.toString(i)));
          } catch (IOException refused) {
            if (i == 2) {
              throw new UncheckedIOException(refused);
            }
          }
        }
        return value;
      }
    }
  }

  private static byte[] code(Class<?> type) throws IOException {
    String file = type.getName().replace('.', '/') + ".class";
    try (InputStream in = Objects.requireNonNull(type.getClassLoader()).getResourceAsStream(file)) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  /** Defines one class anew. */
  private static final class OneClass extends ClassLoader {
    Class<?> define(String name, byte[] code) {
      return defineClass(name, code, 0, code.length);
    }

    OneClass() {
      super(ObservedCodeTest.class.getClassLoader());
    }
  }

  @Test
  void observedCodeDoesTheSameAndTellsEachRefusalOnce() throws Exception {
    byte[] observed =
        ObservedCode.of("Sample", code(Sample.class), ObservedCodeTest.class.getClassLoader());
    assertThat(observed).isNotEqualTo(code(Sample.class));
    Class<?> type = new OneClass().define(Sample.class.getName(), observed);
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    PrintStream before = System.err;
    Object told;
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    try {
      told = ((Callable<?>) type.getConstructor().newInstance()).call();
    } finally {
      System.setErr(before);
    }
    assertThat(told).isEqualTo(new Sample().call());
    List<String> lines = written.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(6);
    assertThat(lines.get(0))
        .startsWith("plugin.refused kind=file why=\"java.io.FileNotFoundException: " + NOWHERE);
    for (int i = 0; i < 3; i++) {
      assertThat(lines.get(1 + i))
          .startsWith(
              "plugin.refused kind=file why=\"java.nio.file.NoSuchFileException: " + NOWHERE)
          .contains("/" + i + "\"");
    }
    assertThat(lines.get(4)).startsWith("plugin.asked kind=file call=File.exists path=" + NOWHERE);
    assertThat(lines.get(5)).startsWith("plugin.asked kind=file call=Files.exists path=" + NOWHERE);
  }

  /** Real code of every form: what comes out is still good in the eyes of the verifier. */
  @Test
  void classesOfTheJdkStayValid() throws Exception {
    Path folder =
        FileSystems.getFileSystem(URI.create("jrt:/"))
            .getPath("/modules/java.base/java/util/concurrent");
    ClassLoader loader = ClassLoader.getSystemClassLoader();
    ClassFile verifier =
        ClassFile.of(
            ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(loader)));
    int changed = 0;
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(".class")).toList();
    }
    for (Path file : files) {
      byte[] code = Files.readAllBytes(file);
      byte[] observed = ObservedCode.of(file.toString(), code, loader);
      assertThat(verifier.verify(observed)).as(file.toString()).isEmpty();
      changed += Arrays.equals(code, observed) ? 0 : 1;
    }
    assertThat(changed).isGreaterThan(30);
  }

  @Test
  void whatIsNoClassIsLeftAsItIs() {
    byte[] noise = {1, 2, 3, 4, 5, 6, 7, 8};
    assertThat(ObservedCode.of("noise", noise, ObservedCodeTest.class.getClassLoader()))
        .isSameAs(noise);
  }
}
