// SPDX-License-Identifier: Apache-2.0
/** Messages in one direction and large data over a link, beside the same in other ways. */
@NullMarked
package org.portunus.bench.stream;

import org.jspecify.annotations.NullMarked;
