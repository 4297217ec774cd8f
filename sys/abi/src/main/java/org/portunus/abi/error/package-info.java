// SPDX-License-Identifier: Apache-2.0
/**
 * The error registry: one number and one dotted name for each error of the system, with cause and
 * fix.
 *
 * <p>Numbers and names are never reused. Documentation and JSON output are made from it.
 */
@NullMarked
@PublicApi
package org.portunus.abi.error;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.PublicApi;
