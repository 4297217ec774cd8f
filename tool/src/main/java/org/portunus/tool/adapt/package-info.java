// SPDX-License-Identifier: Apache-2.0
/**
 * Makes bundles of existing plug-ins, their jars unchanged. Used by the verb {@code adapt} and by
 * tests.
 *
 * <p>One class a step: {@link org.portunus.tool.adapt.PluginJars} reads the jars and finds the
 * plug-ins in them; {@link org.portunus.tool.adapt.InterfaceModel} reads the plug-ins' interface
 * with the JDK's compiler; {@link org.portunus.tool.adapt.AdapterSources} writes a service
 * interface, a proxy and a service for it; {@link org.portunus.tool.adapt.AdapterCompiler} has the
 * annotation processor check and compile them; {@link org.portunus.tool.adapt.Adaptation} lays the
 * bundle out.
 *
 * <p>Invariant: no code of the plug-ins runs here; their classes are read, never loaded.
 */
@NullMarked
@Internal
package org.portunus.tool.adapt;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
