// SPDX-License-Identifier: Apache-2.0
/**
 * XML and what is made of it. All XML of the service, also inside archives, is read by {@link
 * portunus.example.inspector.service.markup.BoundedXml}: one element at a time, no entities, no
 * external parts, a limited depth.
 */
@NullMarked
package portunus.example.inspector.service.markup;

import org.jspecify.annotations.NullMarked;
