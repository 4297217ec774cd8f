// SPDX-License-Identifier: Apache-2.0
/** Programs that send messages of Mach in an instance. */
@NullMarked
package org.portunus.bench.message;

import org.jspecify.annotations.NullMarked;
