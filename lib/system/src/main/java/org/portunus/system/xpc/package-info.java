// SPDX-License-Identifier: Apache-2.0
/**
 * Typed services: what an interface's author and its clients use.
 *
 * <p>An interface marked {@link Service} gets its proxy, dispatcher and codecs from the annotation
 * processor: for {@code Foo} the class {@code FooXpc} with the constant {@code TYPE}.
 *
 * <ul>
 *   <li>Every method has a {@link MethodId}. A {@link Oneway} method returns nothing and declares
 *       no exceptions. The interface extends no other and has no type parameters.
 *   <li>Parameters, results and components of records are boolean, byte, short, int, long, float,
 *       double, String, byte[], Instant, UUID, enums, records, sealed interfaces of records and
 *       enums, List, Map (keys: String, integers, UUID, enums), Optional, {@link FileRight}, and
 *       interfaces marked {@link Service}, which travel by reference: calls come back. Anything
 *       else does not compile. null never travels.
 *   <li>A method may declare exceptions: classes extending Exception with one public constructor
 *       whose parameters each have a method of the same name (getMessage() for {@code message}).
 *       They are built anew at the caller; of a subclass only the declared class arrives.
 *   <li>{@link FileRight} says who closes what.
 * </ul>
 *
 * <p>Other errors are {@link org.portunus.abi.error.PortunusException} with a code of the registry.
 */
@NullMarked
@PublicApi
package org.portunus.system.xpc;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.PublicApi;
