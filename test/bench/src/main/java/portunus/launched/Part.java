// SPDX-License-Identifier: Apache-2.0
package portunus.launched;

/** Fifteen small classes. */
sealed interface Part {
  int value();

  record A(int value) implements Part {}

  record B(int value) implements Part {}

  record C(int value) implements Part {}

  record D(int value) implements Part {}

  record E(int value) implements Part {}

  record F(int value) implements Part {}

  record G(int value) implements Part {}

  record H(int value) implements Part {}

  record I(int value) implements Part {}

  record J(int value) implements Part {}

  record K(int value) implements Part {}

  record L(int value) implements Part {}

  record M(int value) implements Part {}

  record N(int value) implements Part {}

  record O(int value) implements Part {}
}
