// SPDX-License-Identifier: Apache-2.0
/** The supervisor: reads jobs, holds their ports, starts them on demand, keeps their logs. */
module org.portunus.launchd {
  requires static org.jspecify;
  requires org.portunus.interfaces;
  requires org.portunus.system;
  requires org.portunus.linux;
  requires com.dd.plist;
  requires java.xml;
}
