// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/** Generated: turns a received request into a call of the implementation. */
public interface Dispatcher {
  /** What {@link #methodKind} answers. */
  enum MethodKind {
    WITH_REPLY,
    /** With a reply that comes when the stage that the method returned has ended. */
    STAGED,
    ONE_WAY,
    UNKNOWN
  }

  MethodKind methodKind(int method);

  /**
   * Decodes the arguments, calls, encodes the result. A declared exception of the method is encoded
   * as an outcome of its own; any other exception leaves this method, and what the reply has then
   * is not a reply: {@link Encoder#clear} it.
   *
   * <p>The caller of this method closes decoder and encoder, the encoder after the reply was sent.
   * Closing the decoder closes the rights among the arguments that the implementation did not keep.
   * The reply of a one-way method stays empty.
   *
   * @throws PortunusException DECODE and RIGHT_REFUSED for arguments that do not fit, before any
   *     call is made ({@link Decoder#isEnded} is false then); UNKNOWN_METHOD
   */
  @SuppressWarnings("ProhibitedExceptionDeclared")
  void dispatch(Peer peer, int method, Decoder arguments, Encoder reply) throws Exception;

  /**
   * As {@link #dispatch} for a method of kind STAGED: decodes the arguments and calls. The decoder
   * is closed once the reply was written, so rights among the arguments last until then.
   *
   * @throws PortunusException DECODE and RIGHT_REFUSED before any call is made; UNKNOWN_METHOD
   */
  default StagedReply<?> dispatchStaged(Peer peer, int method, Decoder arguments) {
    throw new PortunusException(ErrorCode.UNKNOWN_METHOD, "no staged method " + method);
  }
}
