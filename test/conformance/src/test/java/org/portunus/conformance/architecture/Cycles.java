// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;

/** The rule about cycles of packages. */
final class Cycles {
  /** Classes of this project's packages, not what they use. */
  static final DescribedPredicate<JavaClass> OF_THE_PROJECT =
      DescribedPredicate.describe(
          "of the project",
          type ->
              type.getPackageName().startsWith("org.portunus.")
                  || type.getPackageName().startsWith("portunus."));

  private Cycles() {}

  /**
   * No cycles of packages.
   *
   * @param together packages that count as one with those below them
   */
  static ArchRule none(List<String> together) {
    return SlicesRuleDefinition.slices()
        .assignedFrom(new Packages(together))
        .should()
        .beFreeOfCycles();
  }

  private record Packages(List<String> together) implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      String name = type.getPackageName();
      return SliceIdentifier.of(
          together.stream()
              .filter(one -> name.equals(one) || name.startsWith(one + "."))
              .findFirst()
              .orElse(name));
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }
}
