// SPDX-License-Identifier: Apache-2.0
/** Round trips of a typed call over a link, beside the same between other pairs of processes. */
@NullMarked
package org.portunus.bench.call;

import org.jspecify.annotations.NullMarked;
