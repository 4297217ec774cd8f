// SPDX-License-Identifier: Apache-2.0
/**
 * Installations: versions side by side below a prefix, what was put there, and who uses it.
 *
 * <pre>
 *   PREFIX/lib/portunus/versions/ID   one version; never written to once it is there
 *   PREFIX/lib/portunus/current       a link to the one that new programs get
 *   PREFIX/lib/portunus/locks/ID.*    held, shared, by the brokers of running instances
 *   PREFIX/lib/portunus/installed     the record: all that is to go again
 *   PREFIX/bin/portunus               and units, completion, man pages
 * </pre>
 *
 * <p>Whatever changes an installation holds its {@link org.portunus.tool.install.InstallLock}. The
 * record is written before what it names, so that an interrupted installation can be removed.
 */
@NullMarked
package org.portunus.tool.install;

import org.jspecify.annotations.NullMarked;
