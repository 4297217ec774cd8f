// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

/**
 * How a task receives.
 *
 * @param guarded it knows guarded ports; else these are destroyed, as in XNU
 * @param guard of the ports that are guarded on receipt; XNU takes the address of the message
 * @param keepsLarge a message that is too large stays in the queue; else it is destroyed
 * @param limit most bytes of the message, as XNU counts them, trailer included
 * @param trailer bytes of the trailer that it asks for
 * @param vouchers it takes the message's voucher; else that is given up
 */
public record ReceiveOptions(
    boolean guarded, long guard, boolean keepsLarge, int limit, int trailer, boolean vouchers) {
  /** Any message, as it is. */
  public static final ReceiveOptions PLAIN =
      new ReceiveOptions(false, 0, true, Integer.MAX_VALUE, 0, false);

  /** Whether a message of so many bytes is within the limit. */
  boolean admit(int size) {
    return (long) size + trailer <= limit;
  }
}
