// SPDX-License-Identifier: Apache-2.0
package portunus.probe.mach;

import java.util.List;
import org.portunus.abi.mach.KernReturn;

/**
 * How an operation on messages ended.
 *
 * @param told the message that came, or what is told of one that did not
 * @param memory what is in the message's memory objects
 */
public record MachAnswer(KernReturn result, byte[] told, List<byte[]> memory) {}
