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
 *       enums, List, Map (keys: String, integers, UUID, enums), Optional, {@link FileRight}, {@link
 *       MemoryRight}, {@link PortRight}, and interfaces marked {@link Service}, which travel by
 *       reference: calls come back. Anything else does not compile. null never travels.
 *   <li>A method may declare exceptions: classes extending Exception with one public constructor
 *       whose parameters each have a method of the same name (getMessage() for {@code message}).
 *       They are built anew at the caller; of a subclass only the declared class arrives.
 *   <li>A method whose result is a {@link java.util.concurrent.CompletionStage} of such a type (of
 *       Void for none) does not wait, at neither end. The proxy's method throws nothing but for a
 *       null argument: the stage ends with the result, with a declared exception, or with a
 *       PortunusException. Whoever completes or cancels {@code toCompletableFuture()} first ends
 *       the call, and the service is asked to cancel. At the service the call lasts, as a
 *       transaction and for the rights among its arguments, until the returned stage ends; a cancel
 *       cancels it. Code that depends on a stage runs on a thread of its own.
 *   <li>A method that may run twice for one call is marked {@link Idempotent}.
 *   <li>{@link FileRight} says who closes what, also for {@link MemoryRight} and {@link PortRight}.
 * </ul>
 *
 * <p>Other errors are {@link org.portunus.abi.error.PortunusException} with a code of the registry.
 */
@NullMarked
@PublicApi
package org.portunus.system.xpc;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.PublicApi;
