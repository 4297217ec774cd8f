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

  public KernelResultException(KernelOperation operation, KernReturn result) {
    super(operation + ": " + result);
    this.operation = operation;
    this.result = result;
  }

  public KernReturn result() {
    return result;
  }

  public KernelOperation operation() {
    return operation;
  }
}
