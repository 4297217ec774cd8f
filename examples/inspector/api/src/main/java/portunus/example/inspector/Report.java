// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector;

import java.util.Optional;

/**
 * What the inspector found.
 *
 * @param type media type, by content
 * @param title as the document states it
 * @param author as the document states it
 * @param pages pages of a PDF; for Office the page, slide or table count that the document states
 * @param size of an image
 * @param words tokens between white space in the text; 0 where there is no text
 * @param excerpt the beginning of the text, or of an archive's list of names; no control characters
 * @param previewPng of an image, or of the first page of a PDF if that was asked for: longest side
 *     as asked for, over white, as PNG
 */
public record Report(
    String type,
    Optional<String> title,
    Optional<String> author,
    Optional<Integer> pages,
    Optional<Size> size,
    long words,
    String excerpt,
    Optional<byte[]> previewPng) {}
