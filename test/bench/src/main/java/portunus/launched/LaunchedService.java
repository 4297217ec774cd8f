// SPDX-License-Identifier: Apache-2.0
package portunus.launched;

import java.util.List;

/** The service. */
public final class LaunchedService implements Launched {
  @Override
  public int sum() {
    List<Part> parts =
        List.of(
            new Part.A(1),
            new Part.B(2),
            new Part.C(3),
            new Part.D(4),
            new Part.E(5),
            new Part.F(6),
            new Part.G(7),
            new Part.H(8),
            new Part.I(9),
            new Part.J(10),
            new Part.K(11),
            new Part.L(12),
            new Part.M(13),
            new Part.N(14),
            new Part.O(15));
    int sum = 0;
    for (Part part : parts) {
      sum += part.value();
    }
    return sum;
  }
}
