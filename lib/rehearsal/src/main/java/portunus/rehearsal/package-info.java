// SPDX-License-Identifier: Apache-2.0
/**
 * A service and its client in one bundle, loaded like any bundle by the start code of a spare and
 * by the training run of the start-up cache, so that the code that will load and serve a real
 * bundle has run once. It keeps no state, opens nothing and starts nothing.
 */
@NullMarked
@Internal
package portunus.rehearsal;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
