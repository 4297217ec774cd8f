// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.nio.file.Path;

/**
 * A bug that somebody could have written, and the row that it must turn red.
 *
 * @param document the row
 * @param what the bug in words
 * @param source the file that it is in
 * @param check what stands there once
 * @param bug what takes its place
 * @param found how the row turns red; part of one violation
 */
record Seed(String document, String what, Path source, String check, String bug, String found) {
  @Override
  public String toString() {
    return document + ": " + what;
  }
}
