// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.wire.KernelOperation;

/**
 * The kernel answered an operation with a result other than success. An expected outcome, which the
 * caller decides about by {@link #result}.
 */
public final class KernelResultException extends RuntimeException {
  private static final long serialVersionUID = 1L;

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
    super(operation + ": " + result);
    this.operation = operation;
    this.result = result;
    this.told = told;
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
