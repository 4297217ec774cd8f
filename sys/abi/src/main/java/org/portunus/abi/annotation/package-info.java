// SPDX-License-Identifier: Apache-2.0
/** How each exported package says whom it is for. Read by the build, never at run time. */
@NullMarked
@PublicApi
package org.portunus.abi.annotation;

import org.jspecify.annotations.NullMarked;
