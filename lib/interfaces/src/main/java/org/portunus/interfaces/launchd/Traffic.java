// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

/** What the kernel has carried in one direction of a connection. */
public record Traffic(long frames, long bytes) {}
