// SPDX-License-Identifier: Apache-2.0
/**
 * For tests of services: {@link ServiceTest} runs one test with the implementation in process, and
 * again with the service in its sandbox.
 */
@NullMarked
@PublicApi
package org.portunus.junit;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.PublicApi;
