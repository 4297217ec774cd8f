// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import org.portunus.abi.wire.LaunchRecord;
import org.portunus.linux.file.Descriptor;

/**
 * What the kernel gives a task that is ready.
 *
 * @param codeImage fully sealed memfd with the bundle's code; the caller's to close
 */
public record TaskStart(LaunchRecord record, Descriptor codeImage) {}
