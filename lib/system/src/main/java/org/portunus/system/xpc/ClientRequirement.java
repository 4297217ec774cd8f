// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On the class that implements a service: what its clients have to be. The kernel refuses others
 * when they connect, with PEER_REQUIREMENT; programs outside the instance are of no bundle and meet
 * no requirement. The text of {@link org.portunus.abi.identity.PeerRequirement}, for example {@code
 * unanchored identifier org.example.viewer}; a service with another text does not start.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface ClientRequirement {
  String value();
}
