// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;

/**
 * The kernel answered an operation with a result other than success. An expected outcome, which the
 * caller decides about by {@link #result}.
 */
public final class KernelResultException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_DETAIL = 4096;

  private final KernReturn result;
  private final KernelOperation operation;
  private final transient byte[] told;

  public KernelResultException(KernelOperation operation, KernReturn result) {
    this(operation, result, new byte[0]);
  }

  /**
   * @param told what the reply says beside the result
   */
  KernelResultException(KernelOperation operation, KernReturn result, byte[] told) {
    super(operation + ": " + result + detail(operation, result, told));
    this.operation = operation;
    this.result = result;
    this.told = told;
  }

  /** Of what was refused for a limit: who holds what. */
  private static String detail(KernelOperation operation, KernReturn result, byte[] told) {
    boolean limited = result == KernReturn.NO_SPACE || result == KernReturn.RESOURCE_SHORTAGE;
    if (!limited || told.length == 0 || operation == KernelOperation.MESSAGE_SEND_OPTIONS) {
      return "";
    }
    try {
      return ": " + new WireReader(told).string("detail", MAX_DETAIL);
    } catch (MalformedFrameException unreadable) {
      return "";
    }
  }

  /** What the reply says beside the result. */
  byte[] told() {
    return told;
  }

  public KernReturn result() {
    return result;
  }

  public KernelOperation operation() {
    return operation;
  }
}
