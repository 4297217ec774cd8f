// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireWriter;
import org.portunus.system.xpc.RemoteCause;

class RemoteTraceTest {
  private static final String HOSTILE = "\u001b[2J\n\tat java.base/safe(Safe.java:1)\u202e";

  private static PortunusException told(Throwable thrown) throws MalformedFrameException {
    return ErrorBody.readTraced(ErrorBody.ofThrown(thrown).toTracedBytes()).toException(5, 7);
  }

  @Test
  void whatAServiceThrowsIsTheCauseOfWhatItsClientGets() throws MalformedFrameException {
    PortunusException got =
        told(new IllegalStateException("outer", new ArithmeticException("inner")));
    assertThat(got.code()).isEqualTo(ErrorCode.SERVICE_FAULT);
    assertThat(got).hasMessageEndingWith("[connection=5 call=7]");
    assertThat(got.getCause())
        .isInstanceOfSatisfying(
            RemoteCause.class,
            cause -> {
              assertThat(cause.type()).isEqualTo("java.lang.IllegalStateException");
              assertThat(cause.text()).isEqualTo("outer");
              assertThat(cause.frames()).hasSizeLessThanOrEqualTo(RemoteTrace.MAX_FRAMES);
              assertThat(cause.frames().getFirst()).contains("RemoteTraceTest.whatAService");
              assertThat(cause).hasMessageStartingWith("told by the service: java.lang.Ill");
              assertThat(cause.getStackTrace()).isEmpty();
              assertThat(cause.getCause())
                  .isInstanceOfSatisfying(
                      RemoteCause.class, inner -> assertThat(inner.text()).isEqualTo("inner"));
            });
  }

  @Test
  void whatAServiceWritesMakesNoLineAndNoControlCharacterAtItsClient()
      throws MalformedFrameException {
    Throwable cause = Objects.requireNonNull(told(new IllegalStateException(HOSTILE)).getCause());
    String message = String.valueOf(cause.getMessage());
    assertThat(message.lines().skip(1)).allMatch(line -> line.startsWith("\t| at "));
    assertThat(message).doesNotContain("\u001b", "\u202e", "\n\tat");
  }

  @Test
  void aTraceIsBounded() throws MalformedFrameException {
    Throwable deep = new IllegalStateException("x".repeat(1 << 20));
    for (int i = 0; i < 10; i++) {
      deep = new IllegalStateException("y".repeat(1 << 20), deep);
    }
    byte[] bytes = ErrorBody.ofThrown(deep).toTracedBytes();
    assertThat(bytes.length).isLessThan(ErrorBody.MAX_DETAIL + 20 * 1024);
    int depth = 0;
    for (Throwable each = ErrorBody.readTraced(bytes).toException(1, 1).getCause();
        each != null;
        each = each.getCause()) {
      depth++;
    }
    assertThat(depth).isEqualTo(RemoteTrace.MAX_PARTS);
  }

  @Test
  void anExceptionThatLooksAtItselfBadlyIsStillTold() throws MalformedFrameException {
    RuntimeException silent =
        new RuntimeException() {
          private static final long serialVersionUID = 1L;

          @Override
          public String getMessage() {
            throw new IllegalArgumentException("no");
          }
        };
    assertThat(told(silent).getCause()).hasMessageContaining("IllegalArgumentException");
  }

  @Test
  void aTraceOfAnotherFormIsRefused() {
    byte[] head = new ErrorBody(ErrorCode.SERVICE_FAULT, "x").toBytes();
    RemoteTrace.Part part = new RemoteTrace.Part("a", "b", List.of());
    RemoteTrace many = new RemoteTrace(Collections.nCopies(RemoteTrace.MAX_PARTS + 1, part));
    WireWriter out = new WireWriter().fixed(head);
    many.write(out);
    for (byte[] wrong :
        List.of(
            head,
            out.toBytes(),
            new WireWriter().fixed(head).u8(1).toBytes(),
            new WireWriter().fixed(head).u8(0).u8(0).toBytes())) {
      assertThatThrownBy(() -> ErrorBody.readTraced(wrong))
          .isInstanceOf(MalformedFrameException.class);
    }
  }

  @Test
  void anErrorWithoutACauseIsToldWithout() throws MalformedFrameException {
    ErrorBody error = new ErrorBody(ErrorCode.CANCELLED, "cancelled while it ran");
    ErrorBody read = ErrorBody.readTraced(error.toTracedBytes());
    assertThat(read.trace()).isEqualTo(Optional.of(new RemoteTrace(List.of())));
    assertThat(read.toException(1, 2)).hasNoCause();
  }
}
