// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks an interface whose calls may cross into another task. */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Service {
  /**
   * The name that clients look up, or for an interface only passed by reference a name for logs.
   */
  String value();
}
