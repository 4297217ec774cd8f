// SPDX-License-Identifier: Apache-2.0
package portunus.probe;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.reflect.InvocationTargetException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Attempts of plain Java. */
final class JavaAttempts {
  private static final int PATIENCE_MILLIS = 2000;

  /** One attempt: its result, or an exception. */
  private interface Try {
    String make() throws Exception;
  }

  private JavaAttempts() {}

  static String make(List<String> words) {
    String first = words.size() > 1 ? words.get(1) : "";
    return switch (words.getFirst()) {
      case "java.read" -> result(() -> done(Files.readAllBytes(Path.of(first))));
      case "java.list" -> result(() -> list(Path.of(first)));
      case "java.write" -> result(() -> write(Path.of(first)));
      case "java.lock" -> result(() -> lock(Path.of(first)));
      case "java.exists" -> present(Files.exists(Path.of(first)));
      case "java.connect" -> result(() -> connect(Integer.parseInt(first)));
      case "java.unix" -> result(() -> unix(first));
      case "java.listen" -> result(JavaAttempts::listen);
      case "java.datagram" -> result(JavaAttempts::datagram);
      case "java.resolve" -> result(() -> done(InetAddress.getByName(first)));
      case "java.start" -> result(() -> start(first));
      case "java.process" -> present(ProcessHandle.of(Long.parseLong(first)).isPresent());
      case "java.environment" -> present(System.getenv(first) != null);
      case "java.property" -> present(System.getProperty(first) != null);
      case "java.load" -> result(() -> load(first));
      case "java.class" -> result(() -> done(type(first)));
      case "java.foreign" -> result(JavaAttempts::foreign);
      case "java.attach" -> result(JavaAttempts::attach);
      case "java.open" -> result(JavaAttempts::openLang);
      default -> throw new IllegalArgumentException(words.toString());
    };
  }

  private static String result(Try attempt) {
    try {
      return attempt.make();
    } catch (Exception | LinkageError refused) {
      return refused.getClass().getSimpleName();
    }
  }

  private static String done(Object what) {
    return what.toString().isEmpty() ? "empty" : "done";
  }

  private static String present(boolean is) {
    return is ? "present" : "absent";
  }

  private static Class<?> type(String name) throws ClassNotFoundException {
    return Class.forName(name, true, JavaAttempts.class.getClassLoader());
  }

  private static String list(Path folder) throws IOException {
    try (Stream<Path> names = Files.list(folder)) {
      return done(names.count());
    }
  }

  private static String write(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      return done(channel);
    }
  }

  private static String lock(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return done(channel.lock(0, Long.MAX_VALUE, true));
    }
  }

  private static String connect(int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port),
          PATIENCE_MILLIS);
      return "done";
    }
  }

  private static String unix(String path) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(path));
      return "done";
    }
  }

  private static String listen() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return done(socket);
    }
  }

  private static String datagram() throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      return done(socket);
    }
  }

  private static String start(String program) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(program, "--version").start();
    try {
      return process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS) ? "done" : "hung";
    } finally {
      process.destroyForcibly();
    }
  }

  @SuppressWarnings("restricted") // the attempt is about the restriction
  private static String load(String library) {
    System.load(library);
    return "done";
  }

  @SuppressWarnings("restricted") // the attempt is about the restriction
  private static String foreign() {
    Linker linker = Linker.nativeLinker();
    return done(
        linker.downcallHandle(
            linker.defaultLookup().find("getpid").orElseThrow(), FunctionDescriptor.ofVoid()));
  }

  /** Attaches to this machine itself, which outside may be allowed by an option. */
  private static String attach() throws ReflectiveOperationException, IOException {
    String pid = Long.toString(ProcessHandle.current().pid());
    Class<?> machine = type("com.sun.tools.attach.VirtualMachine");
    try {
      Object attached = machine.getMethod("attach", String.class).invoke(null, pid);
      machine.getMethod("detach").invoke(attached);
      return "done";
    } catch (InvocationTargetException refused) {
      return refused.getTargetException().getClass().getSimpleName();
    }
  }

  /** What a manifest's Add-Opens would give. */
  private static String openLang() throws ReflectiveOperationException {
    ClassLoader.class.getDeclaredMethod("findClass", String.class).setAccessible(true);
    return "done";
  }
}
