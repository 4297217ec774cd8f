// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.MemoryRight;

/** Answers with what it got, and keeps what the test wants to see. */
final class GalleryService implements Gallery {
  final List<String> forgotten = new ArrayList<>();
  final List<FileRight> seen = new ArrayList<>();
  final List<Map<?, ?>> maps = new ArrayList<>();
  boolean keeps;
  boolean called;

  @Override
  public Everything echo(Everything value) {
    called = true;
    return value;
  }

  @Override
  public Shape grow(Shape shape, List<Shape> others) throws TooLarge, Unwanted {
    called = true;
    if (shape == Special.EVERYWHERE) {
      throw new TooLarge("already everywhere", 1e9, List.of(Color.BLUE, Color.RED));
    }
    if (shape == Special.NOWHERE) {
      throw new Unwanted();
    }
    return others.isEmpty() ? shape : others.getLast();
  }

  @Override
  public Tree mirror(Tree tree) {
    called = true;
    return tree;
  }

  @Override
  public Map<Color, Map<Long, List<Optional<String>>>> maps(
      Map<String, Integer> words, Map<UUID, byte[]> blobs, Map<Byte, Map<Short, Double>> numbers) {
    called = true;
    maps.add(words);
    maps.add(blobs);
    maps.add(numbers);
    Map<Color, Map<Long, List<Optional<String>>>> result = new EnumMap<>(Color.class);
    result.put(Color.GREEN, Map.of(7L, List.of(Optional.of("seven"), Optional.empty())));
    result.put(Color.RED, Map.of());
    return result;
  }

  @Override
  public long measure(FileRight first, Optional<FileRight> second) {
    called = true;
    seen.add(first);
    second.ifPresent(seen::add);
    if (keeps) {
      first.keep();
    }
    try {
      return first.size() + (second.isPresent() ? second.get().size() : 0);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public FileRight pass(FileRight file) {
    called = true;
    seen.add(file);
    return file;
  }

  @Override
  public void forget(UUID out, String in) {
    called = true;
    forgotten.add(out + in);
  }

  @Override
  public int watch(Listener listener, int times) {
    called = true;
    for (int i = 0; i < times; i++) {
      listener.progress(i, i % 2 == 0 ? Optional.of("step " + i) : Optional.empty());
    }
    return times;
  }

  @Override
  public Expression reduce(Expression expression) {
    called = true;
    return expression;
  }

  /** What ends the stages of the methods below. */
  final CompletableFuture<Boolean> later = new CompletableFuture<>();

  @Override
  public CompletionStage<Everything> echoLater(Everything value) {
    called = true;
    return later.thenApply(now -> value);
  }

  @Override
  public CompletionStage<Shape> growLater(Shape shape) throws TooLarge, Unwanted {
    called = true;
    if (shape == Special.EVERYWHERE) {
      throw new TooLarge("at once", 1, List.of(Color.GREEN));
    }
    return later.thenCompose(now ->
        shape == Special.NOWHERE
            ? CompletableFuture.failedStage(new Unwanted())
            : CompletableFuture.completedStage(shape));
  }

  @Override
  public CompletionStage<FileRight> passLater(FileRight in, Optional<Listener> out) {
    called = true;
    seen.add(in);
    return later.thenApply(now -> {
      out.ifPresent(listener -> listener.progress(1, Optional.empty()));
      return in;
    });
  }

  @Override
  public CompletionStage<Void> nothingLater() {
    called = true;
    return later.thenAccept(now -> forgotten.add("later"));
  }

  @Override
  public long again(long value) {
    called = true;
    return value + 1;
  }

  final List<MemoryRight> memories = new ArrayList<>();

  @Override
  public MemoryRight swap(FileRight file, MemoryRight first, Optional<MemoryRight> second) {
    called = true;
    memories.add(first);
    second.ifPresent(memories::add);
    return second.orElse(first);
  }

  @Override
  public void nothing() {
    called = true;
  }
}
