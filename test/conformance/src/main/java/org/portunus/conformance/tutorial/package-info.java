// SPDX-License-Identifier: Apache-2.0
/**
 * The tutorial of README.md as files and commands, so that it can be run as a reader would. Called
 * by the test of the tutorial only.
 */
@NullMarked
package org.portunus.conformance.tutorial;

import org.jspecify.annotations.NullMarked;
