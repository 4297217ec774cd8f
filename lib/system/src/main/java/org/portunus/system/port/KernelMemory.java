// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import org.portunus.linux.file.Descriptor;

/**
 * Memory that the kernel made and has not sealed yet.
 *
 * @param number by which the kernel knows it until then
 * @param file of fixed size, writable; the caller's to close
 */
public record KernelMemory(long number, Descriptor file) {}
