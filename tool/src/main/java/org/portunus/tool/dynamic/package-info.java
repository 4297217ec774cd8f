// SPDX-License-Identifier: Apache-2.0
/**
 * Services that are called without their interface: by the description that they send, with values
 * as JSON. The description may be a hostile service's: it is read in bounds, and what a reply has
 * is decoded as strictly as by generated code.
 */
@Internal
@NullMarked
package org.portunus.tool.dynamic;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
