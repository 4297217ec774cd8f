// SPDX-License-Identifier: Apache-2.0
/**
 * For people with services of their own: the artifacts that their projects build with, and a first
 * project. Called by the verbs {@code install-local} and {@code new}.
 *
 * <p>Invariant: a project is written only to a folder that is empty or not there.
 */
@NullMarked
package org.portunus.tool.project;

import org.jspecify.annotations.NullMarked;
