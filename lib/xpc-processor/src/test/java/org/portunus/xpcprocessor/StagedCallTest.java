// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.wire.Dispatcher.MethodKind;
import org.portunus.system.xpc.wire.Repetition;

/** Methods whose result is a stage, and idempotent ones, through generated code. */
final class StagedCallTest {
  private final GalleryService service = new GalleryService();
  private final Loop loop = Loop.to(GalleryXpc.TYPE, service);
  private final Gallery client = GalleryXpc.TYPE.proxy(loop, Loop.ROOT);

  private static Throwable failure(CompletionStage<?> stage) {
    Throwable thrown = catchThrowable(() -> stage.toCompletableFuture().join());
    assertThat(thrown).isInstanceOf(CompletionException.class);
    return Objects.requireNonNull(thrown.getCause());
  }

  private void later() {
    assertThat(service.later.complete(true)).isTrue();
  }

  @Test
  void theResultComesWithTheServicesStage() {
    Gallery.Everything value = new RandomValues(7).everything();
    CompletableFuture<Gallery.Everything> stage = client.echoLater(value).toCompletableFuture();
    assertThat(service.called).isTrue();
    assertThat(stage).isNotDone();
    later();
    assertThat(stage).isCompletedWithValue(value);
    assertThat(loop.repetitions).containsExactly(Repetition.NEVER);
  }

  @Test
  void declaredExceptionsEndTheStageWhetherThrownOrLater() throws Exception {
    assertThat(failure(client.growLater(Gallery.Special.EVERYWHERE)))
        .isInstanceOfSatisfying(
            Gallery.TooLarge.class,
            thrown -> assertThat(thrown.colors()).isEqualTo(List.of(Gallery.Color.GREEN)));
    CompletionStage<Gallery.Shape> unwanted = client.growLater(Gallery.Special.NOWHERE);
    later();
    assertThat(failure(unwanted)).isInstanceOf(Gallery.Unwanted.class);
    Gallery.Shape circle = new Gallery.Circle(2);
    assertThat(client.growLater(circle).toCompletableFuture()).isCompletedWithValue(circle);
  }

  @Test
  void whatIsNotDeclaredLeavesTheDispatcher() {
    CompletionStage<Void> stage = client.nothingLater();
    service.later.completeExceptionally(new IllegalStateException("late"));
    assertThat(failure(stage)).isInstanceOf(IllegalStateException.class).hasMessage("late");
    assertThat(loop.replies).isEmpty();
  }

  @Test
  void aStageOfNothing() {
    CompletionStage<Void> stage = client.nothingLater();
    later();
    assertThat(stage.toCompletableFuture()).isCompletedWithValue(null);
    assertThat(service.forgotten).containsExactly("later");
    assertThat(loop.replies.getFirst()).hasSize(2);
  }

  @Test
  void rightsAmongTheArgumentsLastUntilTheStageEnds(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[] {1, 2, 3});
    try (FileRight right = FileRight.open(file)) {
      CompletableFuture<FileRight> stage =
          client.passLater(right, Optional.empty()).toCompletableFuture();
      FileRight argument = service.seen.getFirst();
      assertThat(argument.isClosed()).isFalse();
      later();
      assertThat(argument.isClosed()).isTrue();
      try (FileRight result = stage.join()) {
        assertThat(result.size()).isEqualTo(3);
      }
    }
  }

  @Test
  void nullIsRefusedAtOnce() {
    assertThatNullPointerException()
        .isThrownBy(() -> client.echoLater(nothing()))
        .withMessage("echoLater.value is null");
    assertThat(loop.requests).isEmpty();
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what the test passes on purpose
  private static <T> T nothing() {
    return null;
  }

  @Test
  void idempotentMethodsSayThatTheyMayBeRepeated() {
    assertThat(client.again(4)).isEqualTo(5);
    assertThat(loop.repetitions).containsExactly(Repetition.ONCE);
    later();
    client.nothingLater().toCompletableFuture().join();
    assertThat(loop.repetitions).containsExactly(Repetition.ONCE, Repetition.ONCE);
    client.nothing();
    assertThat(loop.repetitions).hasSize(2);
  }

  @Test
  void kinds() {
    var dispatcher = GalleryXpc.TYPE.dispatcher(service);
    assertThat(dispatcher.methodKind(10)).isEqualTo(MethodKind.STAGED);
    assertThat(dispatcher.methodKind(14)).isEqualTo(MethodKind.WITH_REPLY);
    assertThat(dispatcher.methodKind(20)).isEqualTo(MethodKind.UNKNOWN);
  }
}
