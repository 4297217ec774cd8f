// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

/** See package. */
public final class Decoder {}
