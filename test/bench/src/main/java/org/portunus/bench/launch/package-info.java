// SPDX-License-Identifier: Apache-2.0
/**
 * What a launch costs: the first reply of a service from nothing, from an AOT cache and from a
 * spare, against a Java machine that only says hello under bubblewrap; and what waits in memory.
 */
@NullMarked
package org.portunus.bench.launch;

import org.jspecify.annotations.NullMarked;
