// SPDX-License-Identifier: Apache-2.0
/**
 * What generated proxies, dispatchers and codecs call, and what the connection gives them. Not for
 * people's code.
 *
 * <p>{@link org.portunus.system.xpc.wire.Peer} is the connection's side of the seam. A call of a
 * proxy is: {@code request()}, parameters into the encoder, {@code call()}, outcome and result from
 * the decoder, both closed. A call of a dispatcher is: a decoder of the request and an empty
 * encoder into {@code dispatch()}, the reply sent, both closed by the connection.
 * docs/protocol/values.md has the bytes.
 *
 * <p>Invariants: decoding is strict and never allocates in proportion to a declared size before the
 * bytes are there; nesting is limited; no reflection on the call path.
 */
@NullMarked
@Internal
package org.portunus.system.xpc.wire;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
