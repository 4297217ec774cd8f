// SPDX-License-Identifier: Apache-2.0
/**
 * One line starts a private instance of the system in a program: {@link Portunus#start()}.
 *
 * <p>Invariant: an instance started here ends, leaving nothing behind, with the object or with the
 * program, whichever ends first.
 */
@NullMarked
@PublicApi
package org.portunus.embedding;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.PublicApi;
