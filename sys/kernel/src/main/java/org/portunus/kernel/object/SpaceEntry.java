// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

/**
 * One name of a space, for reports.
 *
 * @param type mask of RightKind.typeBit
 * @param references user references of the send, send-once or dead-name right, else 0
 */
public record SpaceEntry(int name, int type, int references) {
  static SpaceEntry of(Right right) {
    return new SpaceEntry(right.name(), right.type(), right.references());
  }
}
