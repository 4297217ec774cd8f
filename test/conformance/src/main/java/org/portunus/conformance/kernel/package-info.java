// SPDX-License-Identifier: Apache-2.0
/** Programs that speak to the kernel socket of a running instance as they like. */
@NullMarked
package org.portunus.conformance.kernel;

import org.jspecify.annotations.NullMarked;
