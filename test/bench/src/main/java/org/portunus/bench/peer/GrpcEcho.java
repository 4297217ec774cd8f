// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.peer;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.portunus.bench.pair.JavaProcess;
import org.portunus.bench.pair.Latency;
import org.portunus.bench.pair.Record64;
import org.portunus.bench.pair.Rounds;

/**
 * Unary calls with netty's epoll transport, one event loop at each end, handlers on it. The
 * marshaller writes 64 plain bytes: less work than Protocol Buffers.
 */
record GrpcEcho() implements Ends {
  private static final Logger NETTY = Logger.getLogger("io.grpc.netty.shaded.io.netty");
  private static final String SERVICE = "org.portunus.bench.Echo";
  private static final MethodDescriptor<Record64, Record64> ECHO =
      MethodDescriptor.<Record64, Record64>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Echo"))
          .setRequestMarshaller(new PlainBytes())
          .setResponseMarshaller(new PlainBytes())
          .build();

  /** Eight longs. */
  private record PlainBytes() implements MethodDescriptor.Marshaller<Record64> {
    @Override
    public InputStream stream(Record64 r) {
      ByteBuffer bytes = ByteBuffer.allocate(8 * Long.BYTES);
      bytes.putLong(r.a()).putLong(r.b()).putLong(r.c()).putLong(r.d());
      bytes.putLong(r.e()).putLong(r.f()).putLong(r.g()).putLong(r.h());
      return new ByteArrayInputStream(bytes.array());
    }

    @Override
    public Record64 parse(InputStream stream) {
      try {
        ByteBuffer in = ByteBuffer.wrap(stream.readNBytes(8 * Long.BYTES));
        return new Record64(
            in.getLong(),
            in.getLong(),
            in.getLong(),
            in.getLong(),
            in.getLong(),
            in.getLong(),
            in.getLong(),
            in.getLong());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static EventLoopGroup loop() {
    // It warns that a unix domain socket has no keep-alive.
    NETTY.setLevel(Level.SEVERE);
    return new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  }

  private static DomainSocketAddress address(Path folder) {
    return new DomainSocketAddress(folder.resolve("socket").toFile());
  }

  @Override
  public void call(Path folder, JavaProcess other, Rounds rounds) throws IOException {
    Process service = other.start();
    String _ = ReadyLine.await(service);
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(address(folder))
            .channelType(EpollDomainSocketChannel.class)
            .eventLoopGroup(loop())
            .usePlaintext()
            .directExecutor()
            .build();
    rounds.serve(
        new Latency(() -> {
          Record64 back =
              ClientCalls.blockingUnaryCall(channel, ECHO, CallOptions.DEFAULT, Record64.SENT);
          if (back.h() != Record64.SENT.h()) {
            throw new IOException("another record came back");
          }
        }),
        service.pid());
  }

  @Override
  public void serve(Path folder, PrintStream ready) throws IOException, InterruptedException {
    ServerServiceDefinition echo =
        ServerServiceDefinition.builder(SERVICE)
            .addMethod(
                ECHO,
                ServerCalls.asyncUnaryCall((record, answer) -> {
                  answer.onNext(record);
                  answer.onCompleted();
                }))
            .build();
    Server server =
        NettyServerBuilder.forAddress(address(folder))
            .channelType(EpollServerDomainSocketChannel.class)
            .bossEventLoopGroup(loop())
            .workerEventLoopGroup(loop())
            .directExecutor()
            .addService(echo)
            .build()
            .start();
    ReadyLine.say(ready, "ready");
    server.awaitTermination();
  }
}
