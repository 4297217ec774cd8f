// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.MemoryRight;
import org.portunus.system.xpc.wire.Dispatcher.MethodKind;
import org.portunus.system.xpc.wire.Encoder;

/** Calls through generated proxy, codecs and dispatcher. */
final class RoundTripTest {
  private static final long SEED = Long.getLong("portunus.seed", 20261122L);
  private static final int ROUNDS = 500;

  private final GalleryService service = new GalleryService();
  private final Loop loop = Loop.to(GalleryXpc.TYPE, service);
  private final Gallery client = GalleryXpc.TYPE.proxy(loop, Loop.ROOT);

  @Test
  void randomValuesComeBackEqual() throws Gallery.TooLarge, Gallery.Unwanted {
    RandomValues values = new RandomValues(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      String where = "seed " + SEED + ", round " + round;
      Gallery.Everything everything = values.everything();
      assertThat(client.echo(everything)).as(where).isEqualTo(everything);
      Gallery.Tree tree = values.tree(4);
      assertThat(client.mirror(tree)).as(where).isEqualTo(tree);
      Gallery.Expression expression = values.expression(6);
      assertThat(client.reduce(expression)).as(where).isEqualTo(expression);
      Gallery.Shape shape = values.shape();
      if (!(shape instanceof Gallery.Special)) {
        assertThat(client.grow(shape, List.of())).as(where).isEqualTo(shape);
        List<Gallery.Shape> more = values.list(values::shape);
        assertThat(client.grow(shape, more))
            .as(where)
            .isEqualTo(more.isEmpty() ? shape : more.getLast());
      }
    }
  }

  @Test
  void memoryTravelsBesideFilesAndIsClosedAtTheService(@TempDir Path folder) throws IOException {
    Path path = Files.write(folder.resolve("file"), new byte[1]);
    try (FileRight file = FileRight.open(path);
        MemoryRight first = MemoryRight.create(10, memory -> memory.fill((byte) 1));
        MemoryRight second = MemoryRight.create(20, memory -> memory.fill((byte) 2));
        Arena arena = Arena.ofConfined()) {
      try (MemoryRight result = client.swap(file, first, Optional.of(second))) {
        assertThat(result.size()).isEqualTo(20);
        assertThat(result.map(arena).get(ValueLayout.JAVA_BYTE, 19)).isEqualTo((byte) 2);
      }
      assertThat(service.memories).hasSize(2).allMatch(MemoryRight::isClosed);
      try (MemoryRight result = client.swap(file, first, Optional.empty())) {
        assertThat(result.size()).isEqualTo(10);
      }
      assertThat(first.isClosed()).isFalse();
    }
  }

  @Test
  void mapsKeepTheirContent() {
    Map<String, Integer> words = Map.of("one", 1, "", 0, "für", -1);
    UUID id = new UUID(1, 2);
    assertThat(
            client.maps(
                words, Map.of(id, new byte[] {1, 2}), Map.of((byte) 3, Map.of((short) 4, 0.5))))
        .isEqualTo(
            Map.of(
                Gallery.Color.GREEN,
                Map.of(7L, List.of(Optional.of("seven"), Optional.empty())),
                Gallery.Color.RED,
                Map.of()));
    assertThat(service.maps.get(0)).isEqualTo(words);
    assertThat(service.maps.get(1).get(id)).isEqualTo(new byte[] {1, 2});
    assertThat(service.maps.get(2)).isEqualTo(Map.of((byte) 3, Map.of((short) 4, 0.5)));
  }

  @Test
  void declaredExceptionsAreRebuilt() {
    assertThatThrownBy(() -> client.grow(Gallery.Special.EVERYWHERE, List.of()))
        .isInstanceOfSatisfying(
            Gallery.TooLarge.class,
            e -> {
              assertThat(e).hasMessage("already everywhere");
              assertThat(e.limit()).isEqualTo(1e9);
              assertThat(e.colors()).containsExactly(Gallery.Color.BLUE, Gallery.Color.RED);
            });
    assertThatThrownBy(() -> client.grow(Gallery.Special.NOWHERE, List.of()))
        .isInstanceOf(Gallery.Unwanted.class);
  }

  @Test
  void interfacesTravelByReference() {
    List<String> steps = new ArrayList<>();
    assertThat(client.watch((step, text) -> steps.add(step + text.orElse("-")), 3)).isEqualTo(3);
    assertThat(steps).containsExactly("0step 0", "1-", "2step 2");
  }

  @Test
  void onewayAndEmptyMethods() {
    client.forget(new UUID(0, 1), "x");
    client.nothing();
    assertThat(service.forgotten).containsExactly(new UUID(0, 1) + "x");
    var dispatcher = GalleryXpc.TYPE.dispatcher(service);
    assertThat(dispatcher.methodKind(7)).isEqualTo(MethodKind.ONE_WAY);
    assertThat(dispatcher.methodKind(65535)).isEqualTo(MethodKind.WITH_REPLY);
    assertThat(dispatcher.methodKind(20)).isEqualTo(MethodKind.UNKNOWN);
    assertThat(dispatcher.methodKind(-1)).isEqualTo(MethodKind.UNKNOWN);
  }

  @Test
  void argumentsRightsEndWithTheCallUnlessKept(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "twelve bytes");
    try (FileRight right = FileRight.open(file)) {
      assertThat(client.measure(right, Optional.of(right))).isEqualTo(24);
      assertThat(right.size()).isEqualTo(12);
      assertThat(service.seen).hasSize(2).allMatch(FileRight::isClosed);
      service.seen.clear();
      service.keeps = true;
      assertThat(client.measure(right, Optional.empty())).isEqualTo(12);
      assertThat(service.seen.getFirst().size()).isEqualTo(12);
      service.seen.getFirst().close();
    }
  }

  @Test
  void aReturnedRightIsTheCallers(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "content");
    try (FileRight right = FileRight.open(file);
        FileRight back = client.pass(right)) {
      assertThat(service.seen.getFirst().isClosed()).isTrue();
      assertThat(new String(back.inputStream().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("content");
    }
  }

  @Test
  void aRightClosedBeforeTheCallIsRefused(@TempDir Path folder) throws IOException {
    FileRight right = FileRight.open(Files.writeString(folder.resolve("a"), "x"));
    right.close();
    assertThatThrownBy(() -> client.pass(right)).isInstanceOf(IllegalStateException.class);
    assertThat(service.called).isFalse();
  }

  @Test
  void nullIsRefusedByName() {
    assertThatThrownBy(() -> client.mirror(new Gallery.Tree("a", null_(), Optional.empty())))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("Tree.children is null");
    assertThatThrownBy(() -> client.grow(null_(), List.of()))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("grow.shape is null");
    assertThatThrownBy(
            () -> client.mirror(new Gallery.Tree("a", Arrays.asList(null_()), Optional.empty())))
        .isInstanceOf(NullPointerException.class);
    assertThat(service.called).isFalse();
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what the test is about
  private static <T> T null_() {
    return (T) null;
  }

  @Test
  void valuesNestedTooDeeplyDoNotLeave() {
    Gallery.Expression expression = new Gallery.Expression.Constant(1);
    for (int depth = 1; depth < Encoder.MAX_DEPTH; depth++) {
      expression = new Gallery.Expression.Sum(expression, new Gallery.Expression.Constant(depth));
    }
    assertThat(client.reduce(expression)).isEqualTo(expression);
    Gallery.Expression deeper =
        new Gallery.Expression.Sum(expression, new Gallery.Expression.Constant(0));
    assertThatThrownBy(() -> client.reduce(deeper))
        .isInstanceOfSatisfying(
            PortunusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_DEPTH));
  }

  @Test
  void messagesAboveTheLimitDoNotLeave() {
    List<Gallery.Tree> many =
        Collections.nCopies(
            Loop.LIMIT / 16, new Gallery.Tree("long enough", List.of(), Optional.empty()));
    assertThatThrownBy(() -> client.mirror(new Gallery.Tree("", many, Optional.empty())))
        .isInstanceOfSatisfying(
            PortunusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_MESSAGE));
    assertThat(service.called).isFalse();
  }

  @Test
  void exportsOfAMessageThatDidNotLeaveAreTakenBack() {
    try (Encoder encoder = loop.request()) {
      encoder.putReference(Gallery_ListenerXpc.TYPE, (step, text) -> {});
      assertThat(loop.exported()).isEqualTo(1);
    }
    assertThat(loop.exported()).isZero();
    assertThat(loop.retracted).containsExactly(0);
  }

  @Test
  void proxySaysWhatItIs() {
    assertThat(client).hasToString("org.portunus.test.gallery object 0");
    assertThat(GalleryXpc.TYPE.name()).isEqualTo("org.portunus.test.gallery");
    assertThat(GalleryXpc.TYPE.interfaceClass()).isEqualTo(Gallery.class);
    assertThat(GalleryXpc.TYPE.digest()).hasSize(32).isNotSameAs(GalleryXpc.TYPE.digest());
  }
}
