// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.util.OptionalLong;

/**
 * What the first call of a service that does not run took, in nanoseconds, its start included.
 *
 * @param cold from nothing
 * @param spare from a sandbox that waited for code
 */
record FirstReplies(OptionalLong cold, OptionalLong spare) {}
