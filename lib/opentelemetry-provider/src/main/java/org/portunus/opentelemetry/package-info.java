// SPDX-License-Identifier: Apache-2.0
/**
 * The context of OpenTelemetry across calls, as W3C Trace Context. Found by a program that has it
 * beside the API of OpenTelemetry; given to a bundle's loader only if the bundle has that API.
 *
 * <p>Invariant: what a client tells is a context to be part of, of the form and length that the
 * protocol allows, and nothing else.
 */
@NullMarked
@Internal
package org.portunus.opentelemetry;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
