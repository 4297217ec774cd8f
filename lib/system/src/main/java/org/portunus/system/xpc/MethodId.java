// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The number of a method on the wire: 1 to 65535, never reused in its interface. */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface MethodId {
  int value();
}
