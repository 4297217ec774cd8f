// SPDX-License-Identifier: Apache-2.0
/**
 * What this system is compared with, each as a pair of processes of its own, configured as its
 * documentation recommends for low latency. Runs on the class path; nothing else of this module
 * needs the libraries.
 */
@NullMarked
package org.portunus.bench.peer;

import org.jspecify.annotations.NullMarked;
