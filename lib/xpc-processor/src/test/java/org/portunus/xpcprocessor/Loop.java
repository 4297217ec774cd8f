// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.xpc.ServiceType;
import org.portunus.system.xpc.wire.Decoder;
import org.portunus.system.xpc.wire.Dispatcher;
import org.portunus.system.xpc.wire.Encoder;
import org.portunus.system.xpc.wire.Peer;
import org.portunus.system.xpc.wire.Repetition;
import org.portunus.system.xpc.wire.ReplyReader;
import org.portunus.system.xpc.wire.RequestWriter;
import org.portunus.system.xpc.wire.StagedReply;

/**
 * One end of a connection without a socket: bytes are copied and descriptors duplicated, as sending
 * does; calls run on the caller's thread.
 */
final class Loop implements Peer {
  static final int LIMIT = 1 << 20;

  /** A request. */
  record Sent(int method, byte[] bytes) {}

  final List<Sent> requests = new ArrayList<>();
  final List<Repetition> repetitions = new ArrayList<>();
  final List<byte[]> replies = new ArrayList<>();
  final List<Integer> retracted = new ArrayList<>();
  private final Map<Integer, Dispatcher> table = new HashMap<>();
  private Optional<Loop> other = Optional.empty();
  private int next;

  /** The client's end; the service is object 0 of the other one. */
  static <T> Loop to(ServiceType<T> type, T implementation) {
    Loop client = new Loop();
    Loop service = new Loop();
    client.other = Optional.of(service);
    service.other = Optional.of(client);
    service.export(type, implementation);
    return client;
  }

  int exported() {
    return table.size();
  }

  @Override
  public Encoder request() {
    return new Encoder(this, LIMIT);
  }

  @Override
  public Decoder call(int object, int method, Encoder request) {
    Loop receiver = other.orElseThrow();
    requests.add(new Sent(method, Arrays.copyOf(request.array(), request.length())));
    Decoder arguments = pass(request, receiver);
    Encoder reply = new Encoder(receiver, LIMIT);
    try (arguments;
        reply) {
      receiver.dispatcher(object).dispatch(receiver, method, arguments, reply);
      replies.add(Arrays.copyOf(reply.array(), reply.length()));
      return pass(reply, this);
    } catch (RuntimeException failure) {
      throw failure;
    } catch (Exception undeclared) {
      throw new IllegalStateException(undeclared);
    }
  }

  @Override
  public Decoder call(int object, int method, Repetition repetition, Encoder request) {
    repetitions.add(repetition);
    return call(object, method, request);
  }

  /** The stage ends when the service's does, on that thread. */
  @Override
  public <T extends @Nullable Object> CompletionStage<T> callStaged(
      int object,
      int method,
      Repetition repetition,
      RequestWriter parameters,
      ReplyReader<T> result) {
    Loop receiver = other.orElseThrow();
    CompletableFuture<T> future = new CompletableFuture<>();
    repetitions.add(repetition);
    try (Encoder request = request()) {
      parameters.write(request);
      requests.add(new Sent(method, Arrays.copyOf(request.array(), request.length())));
      Decoder arguments = pass(request, receiver);
      StagedReply<?> staged =
          receiver.dispatcher(object).dispatchStaged(receiver, method, arguments);
      staged.whenDone(Runnable::run, () -> finish(arguments, staged, result, future));
    }
    return future;
  }

  private <T extends @Nullable Object> void finish(
      Decoder arguments, StagedReply<?> staged, ReplyReader<T> result, CompletableFuture<T> into) {
    try (arguments;
        Encoder reply = new Encoder(other.orElseThrow(), LIMIT)) {
      staged.write(reply);
      replies.add(Arrays.copyOf(reply.array(), reply.length()));
      try (Decoder decoder = pass(reply, this)) {
        into.complete(result.read(decoder));
      }
    } catch (Exception thrown) {
      into.completeExceptionally(thrown);
    }
  }

  @Override
  public void send(int object, int method, Encoder request) {
    Loop receiver = other.orElseThrow();
    Encoder reply = new Encoder(receiver, LIMIT);
    try (reply;
        Decoder arguments = pass(request, receiver)) {
      receiver.dispatcher(object).dispatch(receiver, method, arguments, reply);
    } catch (RuntimeException failure) {
      throw failure;
    } catch (Exception undeclared) {
      throw new IllegalStateException(undeclared);
    }
  }

  private Dispatcher dispatcher(int object) {
    Dispatcher dispatcher = table.get(object);
    if (dispatcher == null) {
      throw new IllegalStateException("no object " + object);
    }
    return dispatcher;
  }

  private static Decoder pass(Encoder from, Loop to) {
    byte[] bytes = Arrays.copyOf(from.array(), from.length());
    List<Descriptor> descriptors = new ArrayList<>();
    try {
      for (int i = 0; i < from.descriptorCount(); i++) {
        descriptors.add(Descriptor.duplicateRaw(from.descriptors()[i], 3));
      }
    } catch (LinuxException failure) {
      throw new IllegalStateException(failure);
    }
    from.sent();
    return new Decoder(to).begin(bytes, 0, bytes.length, descriptors);
  }

  @Override
  public <T> int export(ServiceType<T> type, T implementation) {
    table.put(next, type.dispatcher(implementation));
    return next++;
  }

  @Override
  public void retract(int object) {
    table.remove(object);
    retracted.add(object);
  }

  @Override
  public <T> T adopt(ServiceType<T> type, int object) {
    return type.proxy(this, object);
  }
}
