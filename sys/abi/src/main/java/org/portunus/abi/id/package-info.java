// SPDX-License-Identifier: Apache-2.0
/**
 * Names of things that end up in logs and reports: instance, task, call, event. One text form each.
 */
@NullMarked
@PublicApi
package org.portunus.abi.id;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.PublicApi;
