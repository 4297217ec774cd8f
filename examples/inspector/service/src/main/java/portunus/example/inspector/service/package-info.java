// SPDX-License-Identifier: Apache-2.0
/**
 * The inspector itself: it recognises a document by its content and hands it to the reader of that
 * kind. {@link portunus.example.inspector.service.Inspector} is what the bundle's manifest names.
 */
@NullMarked
@Internal
package portunus.example.inspector.service;

import org.jspecify.annotations.NullMarked;
import org.portunus.abi.annotation.Internal;
