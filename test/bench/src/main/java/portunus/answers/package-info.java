// SPDX-License-Identifier: Apache-2.0
/** A bundle that answers Mach messages, called inside an instance. Packed by a benchmark. */
@NullMarked
package portunus.answers;

import org.jspecify.annotations.NullMarked;
