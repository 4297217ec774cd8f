// SPDX-License-Identifier: Apache-2.0
/**
 * Characters and words: decoding plain text, taking the tags out of HTML, counting words as {@code
 * wc -w} does. Everything streams; nothing grows with the document but the excerpt's fixed length.
 */
@NullMarked
package portunus.example.inspector.service.text;

import org.jspecify.annotations.NullMarked;
