// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a component that was added to a record: what it is when an older end sends the record without
 * it. Only the last components of a record can have it, so that each version adds at the end:
 *
 * <pre>
 * record Options(boolean previews, @IfAbsent("10") int pages, @IfAbsent("") Optional&lt;String> title) {}
 * </pre>
 *
 * An older end that gets the newer record leaves the component out. docs/evolution.md has what else
 * may change.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.RECORD_COMPONENT)
public @interface IfAbsent {
  /**
   * The value: a number, {@code true} or {@code false}, a string, the name of an enum constant, an
   * instant or a UUID as text; empty for an empty list, map, Optional or byte[].
   */
  String value();
}
