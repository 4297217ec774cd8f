// SPDX-License-Identifier: Apache-2.0
/** The kernel: objects, entry, broker. */
module org.portunus.kernel {
  requires static org.jspecify;
  requires org.portunus.abi;
}
