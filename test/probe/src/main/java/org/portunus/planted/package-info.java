// SPDX-License-Identifier: Apache-2.0
/**
 * A package that only the system may have, brought by a bundle: its loader must refuse it. Used by
 * the attempt {@code class} of the probe.
 */
@NullMarked
package org.portunus.planted;

import org.jspecify.annotations.NullMarked;
