// SPDX-License-Identifier: Apache-2.0
/** Waiting for descriptors: epoll, event counters and poll. Internal. */
@NullMarked
package org.portunus.linux.event;

import org.jspecify.annotations.NullMarked;
