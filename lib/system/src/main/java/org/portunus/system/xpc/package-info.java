// SPDX-License-Identifier: Apache-2.0
/**
 * Typed services: what an interface's author and its clients use.
 *
 * <p>An interface marked {@link Service} gets its proxy, dispatcher and codecs from the annotation
 * processor. Errors are {@link org.portunus.abi.error.PortunusException} with a code of the
 * registry.
 */
@NullMarked
@PublicApi
package org.portunus.system.xpc;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.PublicApi;
