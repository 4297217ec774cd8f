// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method that may run twice for one call without harm. A call that ends with INTERRUPTED is made
 * once more, within its deadline, before the caller learns of it. No other call is ever repeated.
 *
 * <p>Part of the interface's digest: client and service agree on it. Calls of an object that was
 * passed by reference are not repeated, since the object ended with its connection.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface Idempotent {}
