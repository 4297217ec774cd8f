// SPDX-License-Identifier: Apache-2.0
/**
 * What generated proxies, dispatchers and codecs call. Not for people's code.
 *
 * <p>Invariants: decoding is strict and never allocates in proportion to a declared size before the
 * bytes are there; nesting is limited; no reflection on the call path.
 */
@NullMarked
@Internal
package org.portunus.system.xpc.wire;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
