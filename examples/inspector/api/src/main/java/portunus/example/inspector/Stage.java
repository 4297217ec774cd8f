// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector;

/** What an inspection is busy with. */
public enum Stage {
  RECOGNISED,
  PAGES,
  ENTRIES,
  BYTES,
  PREVIEW
}
