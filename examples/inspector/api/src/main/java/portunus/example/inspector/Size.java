// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector;

/** Width and height in pixels. */
public record Size(int width, int height) {}
