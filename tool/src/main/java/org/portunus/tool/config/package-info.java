// SPDX-License-Identifier: Apache-2.0
/**
 * What a verb does when its options are silent. From strong to weak: the option, the environment,
 * the user's file, the installation's file, the built-in value; in a file, what stands below the
 * name of the instance before what stands above all names.
 *
 * <pre>
 *   # for every instance
 *   jobs = /srv/portunus/jobs
 *   [web]
 *   spares = 4
 * </pre>
 */
@NullMarked
package org.portunus.tool.config;

import org.jspecify.annotations.NullMarked;
