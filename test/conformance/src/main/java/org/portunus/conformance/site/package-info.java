// SPDX-License-Identifier: Apache-2.0
/**
 * The documents of the project as a site of static pages. What they promise is looked at while they
 * are made: a link or an anchor that leads nowhere, a command with a verb or option that is not
 * there, and a block of commands that does not say whether it is run, are problems. Called by
 * {@code ./portunus conformance site} and its tests; runs no command of a document itself.
 */
@NullMarked
package org.portunus.conformance.site;

import org.jspecify.annotations.NullMarked;
