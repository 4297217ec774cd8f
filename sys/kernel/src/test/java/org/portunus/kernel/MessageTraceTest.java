// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.identity.CodeIdentity;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.MessageStep;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.AuditToken;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.TraceList;
import org.portunus.abi.wire.TraceQuestion;
import org.portunus.kernel.object.Ipc;
import org.portunus.kernel.object.Pool;
import org.portunus.kernel.object.Quota;
import org.portunus.kernel.object.Task;

/** What is noted of messages, and when. */
class MessageTraceTest {
  private static final int ID = 77;

  private long now;
  private final Ipc ipc = new Ipc(token(0), Pool.STANDARD);
  private final Task task = ipc.createTask(new TaskId(1, 5), token(5), Quota.STANDARD);
  private final MessageTrace trace = new MessageTrace(ipc, () -> now);

  private static AuditToken token(long task) {
    CodeIdentity none = CodeIdentity.ofBytes(new byte[CodeIdentity.BYTES]);
    return new AuditToken(0, 0, 0, 0, 0, 0, 0, 0, task, none);
  }

  private int port() {
    return task.space().allocate(RightKind.RECEIVE).orElseThrow();
  }

  private void send(int port, int id) {
    var _ =
        task.space()
            .send(
                new OutgoingMessage(
                    0,
                    new PortDescriptor(port, Disposition.MAKE_SEND),
                    Optional.empty(),
                    id,
                    List.of(),
                    new byte[3]),
                List.of(),
                (result, returned) -> {});
  }

  private TraceList ask(long after) {
    return trace.ask(new TraceQuestion(after, TraceQuestion.ANY, TraceQuestion.ANY));
  }

  @Test
  void stepsAreNotedFromTheFirstQuestionOn() {
    int port = port();
    send(port, 1);
    TraceList begun = ask(TraceQuestion.BEGIN);
    assertThat(begun.entries()).isEmpty();
    send(port, ID);
    assertThat(task.space().poll(port).orElseThrow().message().id()).isEqualTo(1);
    var _ = task.space().destroy(port);
    TraceList seen = ask(begun.next());
    assertThat(seen.entries().stream().map(TraceList.Entry::step))
        .containsExactly(MessageStep.SENT, MessageStep.RECEIVED, MessageStep.DESTROYED);
    TraceList.Entry sent = seen.entries().getFirst();
    assertThat(sent.id()).isEqualTo(ID);
    assertThat(sent.sender()).isEqualTo(5);
    assertThat(sent.receiver()).isEqualTo(5);
    assertThat(sent.port()).isEqualTo(port);
    assertThat(sent.bytes()).isEqualTo(3);
    assertThat(seen.more()).isFalse();
    assertThat(ask(seen.next()).entries()).isEmpty();
  }

  @Test
  void theOldestMakeRoomAndAreCounted() {
    int port = port();
    long begun = ask(TraceQuestion.BEGIN).next();
    int steps = MessageTrace.MOST + 10;
    for (int i = 0; i < steps / 2; i++) {
      send(port, i);
      var _ = task.space().poll(port).orElseThrow();
    }
    TraceList first = ask(begun);
    assertThat(first.lost()).isEqualTo(10);
    assertThat(first.entries()).hasSize(TraceList.MOST);
    assertThat(first.more()).isTrue();
    assertThat(first.entries().getFirst().id()).isEqualTo(5);
    int seen = 0;
    TraceList page = first;
    while (page.more()) {
      seen += page.entries().size();
      page = ask(page.next());
      assertThat(page.lost()).isZero();
    }
    assertThat(seen + page.entries().size()).isEqualTo(MessageTrace.MOST);
  }

  @Test
  void onlyWhatIsAskedForIsToldAndNothingIsNotedWithoutQuestions() {
    int port = port();
    long begun = ask(TraceQuestion.BEGIN).next();
    send(port, 1);
    send(port, ID);
    assertThat(trace.ask(new TraceQuestion(begun, 5, ID)).entries()).hasSize(1);
    assertThat(trace.ask(new TraceQuestion(begun, 6, TraceQuestion.ANY)).entries()).isEmpty();
    now += Duration.ofSeconds(6).toNanos();
    send(port, ID);
    send(port, ID);
    assertThat(ask(begun).entries()).as("forgotten, and begun anew").isEmpty();
    send(port, ID);
    assertThat(ask(begun).entries()).hasSize(1);
  }
}
