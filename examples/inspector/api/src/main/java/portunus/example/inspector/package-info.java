// SPDX-License-Identifier: Apache-2.0
/**
 * The inspector's interface: what a client says to it and what it answers.
 *
 * <p>Client and service are built from these types and nothing else joins them. A document travels
 * as a right to read it, never as a path; progress comes back through an interface that the client
 * passes by reference.
 */
@NullMarked
@PublicApi
package portunus.example.inspector;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.PublicApi;
