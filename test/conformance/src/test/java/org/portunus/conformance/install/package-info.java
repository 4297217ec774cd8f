// SPDX-License-Identifier: Apache-2.0
/** Installations, used as their users do: by the start script, in processes of their own. */
@org.jspecify.annotations.NullMarked
package org.portunus.conformance.install;
