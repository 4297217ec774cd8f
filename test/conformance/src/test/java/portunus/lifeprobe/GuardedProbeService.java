// SPDX-License-Identifier: Apache-2.0
package portunus.lifeprobe;

import org.portunus.system.xpc.ClientRequirement;

/** The probe for one client only. */
@ClientRequirement("unanchored identifier probe.friend")
public final class GuardedProbeService extends LifeProbeService {}
