// SPDX-License-Identifier: Apache-2.0
/**
 * Archives and the documents that are archives: zip, jar, gzip, OOXML, OpenDocument, EPUB. Entries
 * are read into the service's memory or counted, never written anywhere; inner archives are listed,
 * never opened.
 */
@NullMarked
package portunus.example.inspector.service.archive;

import org.jspecify.annotations.NullMarked;
