// SPDX-License-Identifier: Apache-2.0
/**
 * The sandbox suite: the attempts of {@code probes.tsv}, made by a service of a real instance, by a
 * task of the product's launch plan with each layer removed in turn, and by an ordinary program,
 * where they must succeed; as root and as an ordinary user. Called by the tests and the verb.
 *
 * <p>Invariant: the probed process decides nothing; what it says is compared here, and what it
 * could have changed is looked at from outside (canaries).
 */
@NullMarked
package org.portunus.conformance.sandbox;

import org.jspecify.annotations.NullMarked;
