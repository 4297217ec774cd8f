// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import org.portunus.system.xpc.ServiceType;
import org.portunus.system.xpc.wire.Dispatcher;

/** A service and the object that does its work; each connection gets the same one. */
public record Offer<T>(ServiceType<T> type, T implementation) {
  Dispatcher dispatcher() {
    return type.dispatcher(implementation);
  }
}
