// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

/** A peer sent something that the layout does not allow; its connection ends. */
public final class MalformedFrameException extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedFrameException(String what) {
    super(what);
  }
}
