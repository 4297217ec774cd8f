// SPDX-License-Identifier: Apache-2.0
/**
 * The annotation processor for interfaces annotated {@code @Service}. Only the compiler calls it.
 *
 * <p>For {@code a.b.Foo} it writes {@code a.b.FooXpc} (for a nested {@code a.b.Outer.Foo}: {@code
 * a.b.Outer_FooXpc}) with the constant {@code TYPE}, a proxy, a dispatcher, and the codecs of all
 * types that the interface's calls carry. A type or declaration that the rules do not allow is a
 * compile error that names its path, such as {@code inspect.options.pages[].title}.
 *
 * <p>One class a step: {@link org.portunus.xpcprocessor.InterfaceReader}, {@link
 * org.portunus.xpcprocessor.TypeReader} and {@link org.portunus.xpcprocessor.ExceptionReader} check
 * and make the model; {@link org.portunus.xpcprocessor.CanonicalForm} describes it; {@link
 * org.portunus.xpcprocessor.ServiceWriter}, {@link org.portunus.xpcprocessor.CallWriter} and {@link
 * org.portunus.xpcprocessor.CodecWriter} write the code. Values travel as docs/protocol/values.md
 * says.
 *
 * <h2>The canonical form</h2>
 *
 * An interface's digest is the SHA-256 of this text in UTF-8, in which lines end with a line feed:
 *
 * <pre>
 * text      = "portunus-interface-1\n" interface "\n"
 * interface = "interface#" number " " service-name " {" method* "\n}"
 * method    = "\n" id " " method-name "(" [type ("," type)*] ")" (" oneway;" | " -> " result ";")
 * result    = ("void" | type) (" throws " simple-class-name " " record)* [" idempotent"]
 * type      = "boolean" | "byte" | "short" | "int" | "long" | "float" | "double" | "string"
 *           | "bytes" | "instant" | "uuid" | "file" | "memory" | "port"
 *           | "enum{" constant ("," constant)* "}"
 *           | "list&lt;" type ">" | "map&lt;" type "," type ">" | "optional&lt;" type ">"
 *           | record | sealed | interface
 * record    = "record#" number ["{" [component ":" type ("," component ":" type)*] "}"]
 * sealed    = "sealed#" number ["{" simple-case-name ":" type ("," simple-case-name ":" type)* "}"]
 * </pre>
 *
 * Methods stand by rising id; components, constants, cases and exceptions in the order in which
 * they are declared. Records (exceptions too), sealed interfaces and interfaces are numbered from 0
 * in the order in which they first appear in the text; the first appearance has the braces, each
 * later one only the number. Boxed types are written as primitive ones, a stage as what it ends
 * with: whether a side waits or is told is its own affair, and not on the wire.
 *
 * <p>So the digest changes with the service's name, an id, a method's name, types, order and names
 * of components, constants and cases, results, exceptions, one-way, idempotent, and with any
 * interface passed by reference. It does not change with the order of methods, names of parameters,
 * packages, or the names of records.
 */
@NullMarked
package org.portunus.xpcprocessor;

import org.jspecify.annotations.NullMarked;
