// SPDX-License-Identifier: Apache-2.0
/**
 * The rules that a machine can check: the module graph as ARCHITECTURE.md states it, and the
 * forbidden list of STYLE.md. Called by the tests of this module only.
 *
 * <p>Invariant: a rule is a function from text or descriptors to violations, so a test can feed it
 * a sample that breaks it.
 */
@NullMarked
package org.portunus.conformance.architecture;

import org.jspecify.annotations.NullMarked;
