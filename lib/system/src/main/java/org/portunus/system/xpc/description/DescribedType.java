// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.description;

import org.portunus.system.xpc.ServiceType;

/**
 * The type of a client that learns its service's interface from the service. Its own digest is that
 * of no interface, and its own description has no methods, so that it fits every service.
 */
public interface DescribedType<T> extends ServiceType<T> {
  /** A service was met, which says this of itself; it is as true as the service is. */
  void met(Description service);
}
