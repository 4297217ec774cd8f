// SPDX-License-Identifier: Apache-2.0
/** The rows of Mach conformance that programs outside can drive in a running instance. */
@NullMarked
package org.portunus.conformance.mach;

import org.jspecify.annotations.NullMarked;
