// SPDX-License-Identifier: Apache-2.0
/**
 * Images: dimensions before pixels, pixels within a limit, a preview. Metadata is never read, and
 * nothing is cached in files.
 */
@NullMarked
package portunus.example.inspector.service.image;

import org.jspecify.annotations.NullMarked;
