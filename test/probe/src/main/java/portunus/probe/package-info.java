// SPDX-License-Identifier: Apache-2.0
/**
 * What the sandbox suite runs inside: attempts written as one line of text each, made by a service
 * of a bundle ({@link portunus.probe.ProbeService}), by a task in the start code's place ({@link
 * portunus.probe.Inside}), or by an ordinary program ({@link portunus.probe.Outside}), which is the
 * control: there they must succeed.
 *
 * <p>Called by the suite only. Invariant: an attempt that succeeds does no harm to the host.
 */
@NullMarked
@Internal
package portunus.probe;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
