// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.portunus.system.xpc.ServiceType;
import org.portunus.system.xpc.wire.Decoder;
import org.portunus.system.xpc.wire.Dispatcher;
import org.portunus.system.xpc.wire.Encoder;
import org.portunus.system.xpc.wire.Peer;
import org.portunus.system.xpc.wire.Repetition;
import org.portunus.system.xpc.wire.StagedReply;

/** A service for tests, with what the processor would write for it, by hand. */
interface Workshop {
  byte[] echo(byte[] bytes);

  /** One-way. */
  void note(int number);

  int count(Counter counter, int times);

  void block() throws InterruptedException;

  void fail(String how);

  Counter counter();

  byte[] zeros(int length);

  /** The result comes later. */
  CompletionStage<String> later(Counter counter, String text);

  /** Idempotent. */
  int twice(Counter counter) throws InterruptedException;

  /** Idempotent; the result comes later. */
  CompletionStage<Integer> twiceLater(Counter counter);

  /** Passed by reference. */
  interface Counter {
    int next(int step);

    /** The result comes later. */
    default CompletionStage<Integer> nextLater(int step) {
      return CompletableFuture.completedStage(next(step));
    }
  }

  ServiceType<Workshop> TYPE = new WorkshopType("org.portunus.test.workshop", "1");
  ServiceType<Counter> COUNTER = new CounterType();

  /**
   * The type of the service.
   *
   * @param version changes the digest
   */
  record WorkshopType(String name, String version) implements ServiceType<Workshop> {
    @Override
    public Class<Workshop> interfaceClass() {
      return Workshop.class;
    }

    @Override
    public byte[] digest() {
      return sha256(name + version);
    }

    @Override
    public Workshop proxy(Peer peer, int object) {
      return new Proxy(peer, object);
    }

    @Override
    public Dispatcher dispatcher(Workshop implementation) {
      return new WorkshopDispatcher(implementation);
    }
  }

  /** The type of the counter. */
  record CounterType() implements ServiceType<Counter> {
    @Override
    public String name() {
      return "org.portunus.test.counter";
    }

    @Override
    public Class<Counter> interfaceClass() {
      return Counter.class;
    }

    @Override
    public byte[] digest() {
      return sha256(name());
    }

    @Override
    public Counter proxy(Peer peer, int object) {
      return new CounterProxy(peer, object);
    }

    @Override
    public Dispatcher dispatcher(Counter implementation) {
      return new CounterDispatcher(implementation);
    }
  }

  static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Encodes calls of a counter. */
  final class CounterProxy implements Counter {
    private final Peer peer;
    private final int object;

    CounterProxy(Peer peer, int object) {
      this.peer = peer;
      this.object = object;
    }

    @Override
    public int next(int step) {
      try (Encoder request = peer.request()) {
        request.putInt(step);
        try (Decoder reply = peer.call(object, 1, request)) {
          int result = reply.readInt("result");
          reply.endResult();
          return result;
        }
      }
    }

    @Override
    public CompletionStage<Integer> nextLater(int step) {
      return peer.callStaged(
          object,
          2,
          Repetition.NEVER,
          request -> request.putInt(step),
          reply -> readInt(reply, this));
    }
  }

  private static int readInt(Decoder reply, Object proxy) {
    try {
      int result = reply.readInt("result");
      reply.endResult();
      return result;
    } finally {
      Reference.reachabilityFence(proxy);
    }
  }

  /** Encodes calls. */
  record Proxy(Peer peer, int object) implements Workshop {
    @Override
    public byte[] echo(byte[] bytes) {
      try (Encoder request = peer.request()) {
        request.putBytes(bytes);
        try (Decoder reply = peer.call(object, 1, request)) {
          byte[] result = reply.readBytes("result");
          reply.endResult();
          return result;
        }
      }
    }

    @Override
    public void note(int number) {
      try (Encoder request = peer.request()) {
        request.putInt(number);
        peer.send(object, 2, request);
      }
    }

    @Override
    public int count(Counter counter, int times) {
      try (Encoder request = peer.request()) {
        request.putReference(COUNTER, counter);
        request.putInt(times);
        try (Decoder reply = peer.call(object, 3, request)) {
          int result = reply.readInt("result");
          reply.endResult();
          return result;
        }
      }
    }

    @Override
    public void block() {
      try (Encoder request = peer.request();
          Decoder reply = peer.call(object, 4, request)) {
        reply.endResult();
      }
    }

    @Override
    public void fail(String how) {
      try (Encoder request = peer.request()) {
        request.putString(how);
        try (Decoder reply = peer.call(object, 5, request)) {
          reply.endResult();
        }
      }
    }

    @Override
    public Counter counter() {
      try (Encoder request = peer.request();
          Decoder reply = peer.call(object, 6, request)) {
        Counter result = reply.readReference(COUNTER, "result");
        reply.endResult();
        return result;
      }
    }

    @Override
    public byte[] zeros(int length) {
      try (Encoder request = peer.request()) {
        request.putInt(length);
        try (Decoder reply = peer.call(object, 7, request)) {
          byte[] result = reply.readBytes("result");
          reply.endResult();
          return result;
        }
      }
    }

    @Override
    public CompletionStage<String> later(Counter counter, String text) {
      return peer.callStaged(
          object,
          8,
          Repetition.NEVER,
          request -> {
            request.putReference(COUNTER, counter);
            request.putString(text);
          },
          reply -> {
            String result = reply.readString("result");
            reply.endResult();
            return result;
          });
    }

    @Override
    public int twice(Counter counter) {
      try (Encoder request = peer.request()) {
        request.putReference(COUNTER, counter);
        try (Decoder reply = peer.call(object, 9, Repetition.ONCE, request)) {
          return readInt(reply, this);
        }
      }
    }

    @Override
    public CompletionStage<Integer> twiceLater(Counter counter) {
      return peer.callStaged(
          object,
          10,
          Repetition.ONCE,
          request -> request.putReference(COUNTER, counter),
          reply -> readInt(reply, this));
    }

    /** A method that no version has. */
    void unknown() {
      try (Encoder request = peer.request();
          Decoder reply = peer.call(object, 999, request)) {
        reply.endResult();
      }
    }
  }

  /** Decodes calls of the service. */
  record WorkshopDispatcher(Workshop implementation) implements Dispatcher {
    @Override
    public MethodKind methodKind(int method) {
      return switch (method) {
        case 1, 3, 4, 5, 6, 7, 9 -> MethodKind.WITH_REPLY;
        case 8, 10 -> MethodKind.STAGED;
        case 2 -> MethodKind.ONE_WAY;
        default -> MethodKind.UNKNOWN;
      };
    }

    @Override
    public void dispatch(Peer peer, int method, Decoder in, Encoder reply) throws Exception {
      switch (method) {
        case 1 -> {
          byte[] bytes = in.readBytes("bytes");
          in.end();
          reply.putBytes(implementation.echo(bytes));
        }
        case 2 -> {
          int number = in.readInt("number");
          in.end();
          implementation.note(number);
        }
        case 3 -> {
          Counter counter = in.readReference(COUNTER, "counter");
          int times = in.readInt("times");
          in.end();
          reply.putInt(implementation.count(counter, times));
        }
        case 4 -> {
          in.end();
          implementation.block();
        }
        case 5 -> {
          String how = in.readString("how");
          in.end();
          implementation.fail(how);
        }
        case 6 -> {
          in.end();
          reply.putReference(COUNTER, implementation.counter());
        }
        case 7 -> {
          int length = in.readInt("length");
          in.end();
          reply.putBytes(implementation.zeros(length));
        }
        case 9 -> {
          Counter counter = in.readReference(COUNTER, "counter");
          in.end();
          reply.putInt(implementation.twice(counter));
        }
        default -> throw new AssertionError("method " + method);
      }
    }

    @Override
    public StagedReply<?> dispatchStaged(Peer peer, int method, Decoder in) {
      Counter counter = in.readReference(COUNTER, "counter");
      if (method == 8) {
        String text = in.readString("text");
        in.end();
        return StagedReply.of(
            () -> implementation.later(counter, text),
            (outcome, reply) -> reply.putString(outcome.call()));
      }
      in.end();
      return StagedReply.of(
          () -> implementation.twiceLater(counter),
          (outcome, reply) -> reply.putInt(outcome.call()));
    }
  }

  /** Decodes calls of a counter. */
  record CounterDispatcher(Counter implementation) implements Dispatcher {
    @Override
    public MethodKind methodKind(int method) {
      return switch (method) {
        case 1 -> MethodKind.WITH_REPLY;
        case 2 -> MethodKind.STAGED;
        default -> MethodKind.UNKNOWN;
      };
    }

    @Override
    public StagedReply<?> dispatchStaged(Peer peer, int method, Decoder in) {
      int step = in.readInt("step");
      in.end();
      return StagedReply.of(
          () -> implementation.nextLater(step), (outcome, reply) -> reply.putInt(outcome.call()));
    }

    @Override
    public void dispatch(Peer peer, int method, Decoder in, Encoder reply) {
      int step = in.readInt("step");
      in.end();
      reply.putInt(implementation.next(step));
    }
  }
}
