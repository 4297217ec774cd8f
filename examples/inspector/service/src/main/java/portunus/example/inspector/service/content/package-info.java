// SPDX-License-Identifier: Apache-2.0
/**
 * The bytes of a document and what reading them may cost. Every parser of the service takes its
 * input from here and reports its costs here; none of them opens anything.
 */
@NullMarked
package portunus.example.inspector.service.content;

import org.jspecify.annotations.NullMarked;
