// SPDX-License-Identifier: Apache-2.0
/**
 * System-call filters: assembling, explaining, simulating and installing them. Internal.
 *
 * <p>A filter built here kills foreign architectures first and refuses what it does not name.
 */
@NullMarked
package org.portunus.linux.seccomp;

import org.jspecify.annotations.NullMarked;
