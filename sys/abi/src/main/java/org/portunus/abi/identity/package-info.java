// SPDX-License-Identifier: Apache-2.0
/**
 * Code identity: the hash that says which code a task runs, and the sealed image it is loaded from.
 */
@NullMarked
@PublicApi
package org.portunus.abi.identity;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.PublicApi;
