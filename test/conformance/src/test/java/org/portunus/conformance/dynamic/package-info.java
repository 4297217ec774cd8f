// SPDX-License-Identifier: Apache-2.0
/** Services called by their description. */
@NullMarked
package org.portunus.conformance.dynamic;

import org.jspecify.annotations.NullMarked;
