// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

/** How far a spare is. */
public enum SpareStage {
  STARTING,
  WAITING
}
