// SPDX-License-Identifier: Apache-2.0
/**
 * Whether this machine can keep the promises: one finding a requirement, for {@code portunus
 * doctor}, and the facts that launch plans are computed from. Probing changes nothing on the
 * machine.
 */
@NullMarked
@Internal
package org.portunus.security.sandbox.machine;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
