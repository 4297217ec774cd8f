// SPDX-License-Identifier: Apache-2.0
/**
 * What adapters of plug-ins call, which {@code portunus adapt} writes: at the service's end {@link
 * org.portunus.system.plugin.PluginInstance} makes the plug-in and {@link
 * org.portunus.system.plugin.PluginFailure} carries what it throws; at the caller's end {@link
 * org.portunus.system.plugin.PluginFailedException} says it. Programs that call plug-ins see the
 * last only.
 *
 * <p>{@link org.portunus.system.plugin.Refusals} is called by the plug-in's own code, where the
 * start code has put the calls, and writes to the log. It guarantees nothing: a plug-in that means
 * harm can keep it silent, but gets no further for that.
 */
@NullMarked
@PublicApi
package org.portunus.system.plugin;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.PublicApi;
