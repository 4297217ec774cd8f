// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.description;

/** What a difference means for a client and a service that meet, from harmless to fatal. */
public enum Effect {
  /** Nothing. */
  WORKS,
  /** The receiver puts its default for what an older sender does not send. */
  DEFAULTED,
  /** The receiver leaves out what only a newer sender knows. */
  LEFT_OUT,
  /** A call that uses it ends with a typed error; everything else works. */
  FAILS_WHEN_USED,
  /** No connection is made. */
  REFUSED
}
