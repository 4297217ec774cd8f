// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.text;

/** Takes characters in order. A surrogate pair may be split between two calls. */
@FunctionalInterface
public interface CharSink {
  void accept(char[] characters, int offset, int length);

  default void accept(CharSequence characters) {
    char[] array = characters.toString().toCharArray();
    accept(array, 0, array.length);
  }

  /** A sink that can be doubled on the way, for text whose encoding shows itself late. */
  interface Forking<S extends Forking<S>> extends CharSink {
    /** A second sink that has taken the same characters as this one. */
    S fork();
  }
}
