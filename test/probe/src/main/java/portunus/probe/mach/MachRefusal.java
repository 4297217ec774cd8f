// SPDX-License-Identifier: Apache-2.0
package portunus.probe.mach;

import org.portunus.abi.mach.KernReturn;

/** The kernel answered something else than success. */
public final class MachRefusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final KernReturn result;

  public MachRefusal(KernReturn result) {
    super(result.toString());
    this.result = result;
  }

  public KernReturn result() {
    return result;
  }
}
