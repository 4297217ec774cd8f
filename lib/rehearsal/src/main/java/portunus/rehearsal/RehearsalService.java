// SPDX-License-Identifier: Apache-2.0
package portunus.rehearsal;

/** The service's side. */
public final class RehearsalService implements Rehearsal {
  @Override
  public Values echo(Values values) {
    return values;
  }

  @Override
  public int version() {
    return 1;
  }
}
