// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.site;

/**
 * What is wrong with a document.
 *
 * @param document path below the project's folder
 * @param line from 1
 */
public record Problem(String document, int line, String text) {
  @Override
  public String toString() {
    return document + ":" + line + ": " + text;
  }
}
