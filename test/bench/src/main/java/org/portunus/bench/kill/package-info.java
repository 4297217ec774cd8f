// SPDX-License-Identifier: Apache-2.0
/**
 * The main job while its service is killed at random moments: what becomes of each document and of
 * each call.
 *
 * <p>For the command line and for the test that does the same with fewer kills.
 */
@NullMarked
package org.portunus.bench.kill;

import org.jspecify.annotations.NullMarked;
