// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.util.List;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.port.KernelExchange.Received;

/** Turns a reply of the kernel into a value or a typed error. */
final class ReplyReading {
  private static final int MAX_DETAIL = 4096;

  private ReplyReading() {}

  /** The body of a successful reply. */
  static WireReader checked(KernelOperation operation, Received reply) {
    KernelFrame frame = reply.frame();
    if (frame.operation() != operation.number()) {
      throw kernelFault("reply of operation " + frame.operation() + " to " + operation);
    }
    WireReader in = new WireReader(frame.body());
    if (frame.result() == KernReturn.SUCCESS.number()) {
      return in;
    }
    Optional<ErrorCode> code = ErrorCode.of(frame.result());
    if (code.isPresent()) {
      throw new PortunusException(code.get(), detail(code.get(), in));
    }
    throw KernReturn.of(frame.result())
        .<RuntimeException>map(result -> new KernelResultException(operation, result, frame.body()))
        .orElseGet(() -> kernelFault(operation + ": unknown result " + frame.result()));
  }

  private static String detail(ErrorCode code, WireReader in) {
    if (in.remaining() == 0) {
      return code.cause();
    }
    return read(in, body -> body.string("detail", MAX_DETAIL));
  }

  /** Reads a part of a reply. */
  interface Reading<T> {
    T from(WireReader in) throws MalformedFrameException;
  }

  static <T> T read(WireReader in, Reading<T> reading) {
    try {
      return reading.from(in);
    } catch (MalformedFrameException e) {
      throw kernelFault(String.valueOf(e.getMessage()));
    }
  }

  static PortunusException kernelFault(String what) {
    return new PortunusException(ErrorCode.PROTOCOL, "the kernel sent " + what);
  }

  static Boolean nothing(WireReader in) throws MalformedFrameException {
    in.end();
    return Boolean.TRUE;
  }

  static PortName name(WireReader in, String field) {
    return new PortName(number(in, field));
  }

  static int number(WireReader reply, String field) {
    return read(
        reply,
        in -> {
          int value = in.i32(field);
          in.end();
          return value;
        });
  }

  /** The one descriptor of a reply. */
  static Descriptor only(List<Descriptor> descriptors) {
    if (descriptors.size() != 1) {
      throw kernelFault("a reply with %d descriptors".formatted(descriptors.size()));
    }
    return descriptors.getFirst();
  }
}
