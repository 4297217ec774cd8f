// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks generated classes of modules that do not read java.compiler, where {@code
 * javax.annotation.processing.Generated} is.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Generated {
  /** The name of the generator. */
  String value();
}
