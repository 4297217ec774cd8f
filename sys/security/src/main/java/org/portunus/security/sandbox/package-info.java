// SPDX-License-Identifier: Apache-2.0
/**
 * The sandbox of a task: what is computed before its launch and verified after. Made for the kernel
 * task's spawner.
 *
 * <p>A {@link org.portunus.security.sandbox.LaunchPlan} is a plain value; making one changes
 * nothing. A task whose {@link org.portunus.security.sandbox.SandboxVerification} is not empty is
 * never sent code. No flag, property, environment variable or manifest removes a layer.
 */
@NullMarked
@Internal
package org.portunus.security.sandbox;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
