// SPDX-License-Identifier: Apache-2.0
/**
 * Starting an instance of the system and finding one that runs. Used by the verbs, by examples and
 * by tests.
 *
 * <p>Invariant: an instance started here ends with the process that started it; its run folder
 * belongs to one instance at a time.
 */
@NullMarked
@Internal
package org.portunus.tool.instance;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
