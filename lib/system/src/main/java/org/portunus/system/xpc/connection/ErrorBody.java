// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.time.Deadline;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.system.xpc.RemoteCause;

/**
 * Body of an ERROR or GOODBYE frame: i32 error number, string detail. An ERROR from a service to
 * its client, if both know {@link org.portunus.abi.wire.Hello#REMOTE_CAUSES}, has a {@link
 * RemoteTrace} behind them.
 *
 * <p>What a peer says of itself is not taken for what this side finds out alone: a peer that says
 * INTERRUPTED, DEADLINE, TERMINATION_IMMINENT or INSTANCE_ENDED has a fault, at both ends.
 */
public record ErrorBody(ErrorCode code, String detail, Optional<RemoteTrace> trace) {
  public ErrorBody(ErrorCode code, String detail) {
    this(code, detail, Optional.empty());
  }

  /** Longest detail, bytes of UTF-8. */
  public static final int MAX_DETAIL = 4096;

  /** What the Java machine says to code that may not use native methods. */
  private static final String NATIVE_ACCESS = "native access";

  private static final Set<ErrorCode> FOUND_BY_THIS_SIDE =
      EnumSet.of(
          ErrorCode.INTERRUPTED,
          ErrorCode.DEADLINE,
          ErrorCode.INSTANCE_ENDED,
          ErrorCode.TERMINATION_IMMINENT,
          ErrorCode.PROTOCOL);

  /** What a peer may be told of an exception of the code that ran for it. */
  static ErrorBody ofThrown(Throwable thrown) {
    return switch (thrown) {
      case OutOfMemoryError gone -> outOfMemory(gone);
      case StackOverflowError _ ->
          new ErrorBody(ErrorCode.LIMIT_DEPTH, "the code of the call ran out of stack");
      case PortunusException e when !FOUND_BY_THIS_SIDE.contains(e.code()) ->
          new ErrorBody(e.code(), withoutName(e), Optional.of(RemoteTrace.of(e)));
      case UnsatisfiedLinkError e when e.getCause() instanceof PortunusException refused ->
          new ErrorBody(refused.code(), withoutName(refused), Optional.of(RemoteTrace.of(e)));
      case IllegalCallerException e when String.valueOf(e.getMessage()).contains(NATIVE_ACCESS) ->
          new ErrorBody(ErrorCode.NATIVE, describe(thrown), Optional.of(RemoteTrace.of(e)));
      default ->
          new ErrorBody(
              ErrorCode.SERVICE_FAULT, describe(thrown), Optional.of(RemoteTrace.of(thrown)));
    };
  }

  /** With what the virtual machine said, if there is memory left for that. */
  private static ErrorBody outOfMemory(OutOfMemoryError gone) {
    String detail = "the call needed more memory than is granted";
    try {
      return new ErrorBody(ErrorCode.LIMIT_MEMORY, detail + ": " + gone.getMessage());
    } catch (OutOfMemoryError | RuntimeException _) {
      return new ErrorBody(ErrorCode.LIMIT_MEMORY, detail);
    }
  }

  private static String describe(Throwable thrown) {
    String name = thrown.getClass().getName();
    try {
      String message = thrown.getMessage();
      return message == null ? name : name + ": " + message;
    } catch (RuntimeException silent) {
      return name + " (its message can't be had: " + silent.getClass().getName() + ")";
    }
  }

  /** The detail of an exception: its message starts with the code's name, which travels anyway. */
  static String withoutName(PortunusException e) {
    String message = String.valueOf(e.getMessage());
    String prefix = e.code().dotted() + ": ";
    return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
  }

  static ErrorBody of(PortunusException e) {
    return new ErrorBody(e.code(), withoutName(e));
  }

  static ErrorBody read(byte[] body) throws MalformedFrameException {
    WireReader in = new WireReader(body);
    ErrorBody read = read(in);
    in.end();
    return read;
  }

  /** With a trace behind it. */
  static ErrorBody readTraced(byte[] body) throws MalformedFrameException {
    WireReader in = new WireReader(body);
    ErrorBody read = read(in);
    RemoteTrace trace = RemoteTrace.read(in);
    in.end();
    return new ErrorBody(read.code, read.detail, Optional.of(trace));
  }

  private static ErrorBody read(WireReader in) throws MalformedFrameException {
    int number = in.i32("error");
    String detail = in.string("detail", MAX_DETAIL);
    return ErrorCode.of(number)
        .map(code -> said(code, detail))
        .orElseGet(() ->
            new ErrorBody(ErrorCode.SERVICE_FAULT, "unknown error " + number + ": " + detail));
  }

  private static ErrorBody said(ErrorCode code, String detail) {
    return FOUND_BY_THIS_SIDE.contains(code) && code != ErrorCode.PROTOCOL
        ? new ErrorBody(ErrorCode.SERVICE_FAULT, "the peer said " + code.dotted() + ": " + detail)
        : new ErrorBody(code, detail);
  }

  public byte[] toBytes() {
    return new WireWriter().i32(code.number()).bytes(cut(detail)).toBytes();
  }

  /** With its trace behind it, be it an empty one. */
  byte[] toTracedBytes() {
    WireWriter out = new WireWriter().fixed(toBytes());
    RemoteTrace told = trace.isPresent() ? trace.get() : RemoteTrace.NONE;
    told.write(out);
    return out.toBytes();
  }

  /** The kernel took the link of the connection away. */
  static ErrorBody revoked(long connection) {
    return new ErrorBody(
        ErrorCode.INVALID,
        "the kernel revoked the link of connection " + Long.toUnsignedString(connection));
  }

  /** A whole GOODBYE frame that tells it. */
  public byte[] toGoodbye() {
    byte[] body = toBytes();
    byte[] frame = new byte[ConnectionFrame.HEAD + body.length];
    ByteBuffer out = ByteBuffer.wrap(frame);
    new ConnectionFrame(
            ConnectionFrame.Kind.GOODBYE, 0, 0, 0, 0, 0, body.length, Deadline.NONE_ON_WIRE)
        .write(out);
    out.put(body);
    return frame;
  }

  /** At most {@link #MAX_DETAIL} bytes of UTF-8, whole characters, '?' for half ones. */
  private static byte[] cut(String text) {
    ByteBuffer out = ByteBuffer.allocate(MAX_DETAIL);
    var _ =
        StandardCharsets.UTF_8
            .newEncoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .encode(CharBuffer.wrap(text), out, true);
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  PortunusException toException() {
    return new PortunusException(code, detail);
  }

  /** Of a call: says which, as the log of the service does, and what the service says was why. */
  PortunusException toException(long connection, long call) {
    String where =
        "%s [connection=%s call=%s]"
            .formatted(detail, Long.toUnsignedString(connection), Long.toUnsignedString(call));
    List<RemoteCause> causes = trace.map(RemoteTrace::causes).orElse(List.of());
    return causes.isEmpty()
        ? new PortunusException(code, where)
        : new PortunusException(code, where, causes.getFirst());
  }
}
