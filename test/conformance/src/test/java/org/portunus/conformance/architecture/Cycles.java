// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;

/** Which classes the rule about package cycles is about. */
final class Cycles {
  /** Classes of this project's packages, not what they use. */
  static final DescribedPredicate<JavaClass> OF_THE_PROJECT =
      DescribedPredicate.describe(
          "of the project",
          type ->
              type.getPackageName().startsWith("org.portunus.")
                  || type.getPackageName().startsWith("portunus."));

  private Cycles() {}
}
