// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.peer;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.portunus.bench.pair.JavaProcess;
import org.portunus.bench.pair.Rounds;
import org.portunus.bench.pair.Silence;

/** The peers in Java, and what they do. */
public enum JavaPeer {
  /** 64 bytes there and back over a unix domain socket of Java NIO. */
  NIO_ECHO,
  /** The same after some silence. */
  NIO_AFTER_SILENCE,
  /** The same from many virtual threads to a slow service, each with a connection. */
  NIO_CROWD,
  /** 64 bytes there. */
  NIO_NOTES,
  /** 64 KiB there, into a new array each. */
  NIO_BLOCKS,
  /** 64 KiB there, into the same memory each. */
  NIO_REUSED,
  /** 64 MiB there, into the same memory each. */
  NIO_COPY,
  /** 64 bytes there and back through Aeron in shared memory. */
  AERON,
  /** A record there and back by remote method invocation. */
  RMI,
  /** A record there and back by a unary call of gRPC over a unix domain socket. */
  GRPC,
  /** 64 bytes there and back by a method call over a bus of its own. */
  DBUS;

  private Ends ends() {
    return switch (this) {
      case NIO_ECHO -> new NioEcho(0);
      case NIO_AFTER_SILENCE -> new NioEcho(Silence.NANOS);
      case NIO_CROWD -> new NioCrowd();
      case NIO_NOTES -> new NioStream(NioStream.Delivery.NOTE);
      case NIO_BLOCKS -> new NioStream(NioStream.Delivery.FRESH_ARRAY);
      case NIO_REUSED -> new NioStream(NioStream.Delivery.REUSED_MEMORY);
      case NIO_COPY -> new NioCopy();
      case AERON -> new AeronEcho();
      case RMI -> new RmiEcho();
      case GRPC -> new GrpcEcho();
      case DBUS -> new DbusEcho();
    };
  }

  /**
   * What is not there for it to run.
   *
   * @param libraries folder of jars
   */
  public Optional<String> lack(Path libraries) {
    if (this == DBUS && !Files.isExecutable(Path.of(DbusEcho.DAEMON))) {
      return Optional.of("dbus-daemon is not installed");
    }
    return switch (this) {
      case AERON, GRPC, DBUS ->
          Files.isDirectory(libraries)
              ? Optional.empty()
              : Optional.of("its libraries are not in " + libraries);
      default -> Optional.empty();
    };
  }

  void call(Path folder, JavaProcess other, Rounds rounds) throws Exception {
    ends().call(folder, other, rounds);
  }

  void serve(Path folder, PrintStream ready) throws Exception {
    ends().serve(folder, ready);
  }
}
