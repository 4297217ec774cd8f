// SPDX-License-Identifier: Apache-2.0
/**
 * Descriptors that hurt who touches them, given to a running kernel task; and how its loop fares.
 */
@NullMarked
package org.portunus.conformance.descriptor;

import org.jspecify.annotations.NullMarked;
