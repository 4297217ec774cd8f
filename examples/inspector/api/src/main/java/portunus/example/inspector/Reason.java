// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector;

/** Why an inspection failed. The dotted names stand beside those of the system's own errors. */
public enum Reason {
  /** More bytes left the document's decompressors, all layers together, than allowed. */
  LIMIT_EXPANSION("limit.expansion"),
  /** An archive has more entries than allowed. */
  LIMIT_ENTRIES("limit.entries"),
  /** Elements, arrays or archives are nested deeper than allowed. */
  LIMIT_DEPTH("limit.depth"),
  /** An image claims more pixels than allowed. */
  LIMIT_PIXELS("limit.pixels"),
  /** The content breaks its own format. */
  FORMAT_DAMAGED("format.damaged"),
  /** The content declares entities or names an external definition. */
  FORMAT_ENTITY("format.entity"),
  /** The content's parts contain each other. */
  FORMAT_CYCLE("format.cycle");

  private final String dotted;

  Reason(String dotted) {
    this.dotted = dotted;
  }

  public String dotted() {
    return dotted;
  }
}
