// SPDX-License-Identifier: Apache-2.0
/** What the launch tests run inside a sandbox; compiled by them, on its own. */
module org.portunus.probe {
  requires java.desktop;
  requires org.portunus.linux;
}
