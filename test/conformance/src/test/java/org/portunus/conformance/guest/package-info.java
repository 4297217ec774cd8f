// SPDX-License-Identifier: Apache-2.0
/** Another kernel than the machine's own, in QEMU. */
@org.jspecify.annotations.NullMarked
package org.portunus.conformance.guest;
