// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.portunus.system.xpc.ServiceType;
import org.portunus.system.xpc.wire.Decoder;
import org.portunus.system.xpc.wire.Dispatcher;
import org.portunus.system.xpc.wire.Encoder;
import org.portunus.system.xpc.wire.Peer;

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

  /** Passed by reference. */
  interface Counter {
    int next(int step);
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
      return step -> {
        try (Encoder request = peer.request()) {
          request.putInt(step);
          try (Decoder reply = peer.call(object, 1, request)) {
            int result = reply.readInt("result");
            reply.endResult();
            return result;
          }
        }
      };
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
        case 1, 3, 4, 5, 6, 7 -> MethodKind.WITH_REPLY;
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
        default -> throw new AssertionError("method " + method);
      }
    }
  }

  /** Decodes calls of a counter. */
  record CounterDispatcher(Counter implementation) implements Dispatcher {
    @Override
    public MethodKind methodKind(int method) {
      return method == 1 ? MethodKind.WITH_REPLY : MethodKind.UNKNOWN;
    }

    @Override
    public void dispatch(Peer peer, int method, Decoder in, Encoder reply) {
      int step = in.readInt("step");
      in.end();
      reply.putInt(implementation.next(step));
    }
  }
}
