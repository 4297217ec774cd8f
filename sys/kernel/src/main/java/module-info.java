// SPDX-License-Identifier: Apache-2.0
/** The kernel task and the broker that starts it. */
module org.portunus.kernel {
  requires static org.jspecify;
  requires org.portunus.abi;
  requires org.portunus.linux;
  requires org.portunus.security;

  exports org.portunus.kernel.link to
      org.portunus.bench,
      org.portunus.conformance;
  exports org.portunus.kernel.object to
      org.portunus.bench;
}
