// SPDX-License-Identifier: Apache-2.0
/** A bundle that gives back what it is sent, called inside an instance. Packed by a benchmark. */
@NullMarked
package portunus.echoed;

import org.jspecify.annotations.NullMarked;
