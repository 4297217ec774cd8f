// SPDX-License-Identifier: Apache-2.0
/**
 * PDF by PDFBox, held to the inspector's limits.
 *
 * <p>PDFBox expands whatever a stream asks for. Here every stream object is a {@code
 * BoundedStream}, which counts what leaves each filter before PDFBox sees a byte; arrays and
 * dictionaries count their depth; the page tree is walked once before PDFBox walks it. Fonts come
 * from PDFBox's own jar, so that no file is looked for; nothing is cached on disk.
 */
@NullMarked
package portunus.example.inspector.service.pdf;

import org.jspecify.annotations.NullMarked;
