// SPDX-License-Identifier: Apache-2.0
/**
 * What launchd answers to administrators: the state of jobs and of the instance, and orders to
 * start and stop. For the command line and for tests.
 *
 * <p>Invariant: reading changes nothing; an order is logged as an event.
 */
@NullMarked
@PublicApi
package org.portunus.interfaces.launchd;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.PublicApi;
