// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.peer;

import org.freedesktop.dbus.annotations.DBusInterfaceName;
import org.freedesktop.dbus.interfaces.DBusInterface;

/** What is called over the bus. */
@DBusInterfaceName("org.portunus.bench.EchoBus")
public interface EchoBus extends DBusInterface {
  /** Gives them back. */
  byte[] echo(byte[] bytes);
}
