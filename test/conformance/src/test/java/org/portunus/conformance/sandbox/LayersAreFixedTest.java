// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.sandbox;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.portunus.security.sandbox.LaunchPlan;
import org.portunus.security.sandbox.SandboxLayer;

/**
 * Nothing but the one package-private method makes a plan without a layer: no other class can call
 * it, and what plans are made from reads neither properties nor environment. That a property, a
 * variable and a manifest that ask for it change nothing, the suite shows: its instances are
 * started with all three.
 */
final class LayersAreFixedTest {
  private static final Set<String> SETTINGS =
      Set.of("getProperty", "getProperties", "getenv", "getBoolean", "getInteger", "getLong");
  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.portunus");

  @Test
  void onlyThePackageMakesPlansWithoutALayer() {
    assertThat(LaunchPlan.class.getDeclaredConstructors())
        .extracting(Constructor::getModifiers)
        .allMatch(Modifier::isPrivate);
    List<Method> makers =
        Arrays.stream(LaunchPlan.class.getDeclaredMethods())
            .filter(method -> method.getReturnType() == LaunchPlan.class)
            .toList();
    assertThat(makers).extracting(Method::getName).containsExactlyInAnyOrder("of", "without");
    assertThat(makers)
        .filteredOn(method -> method.getName().equals("without"))
        .allMatch(method -> (method.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) == 0);
  }

  @Test
  void onlyTheSuitesSeeIntoThePackage() {
    ModuleDescriptor security = LaunchPlan.class.getModule().getDescriptor();
    assertThat(security.isOpen()).isFalse();
    assertThat(security.opens()).hasSize(1);
    assertThat(security.opens().iterator().next().targets())
        .containsExactly("org.portunus.conformance");
    assertThat(PRODUCT.contain(LaunchPlan.class)).isTrue();
    noClasses()
        .that(areNotOf("org.portunus.conformance", "org.portunus.planted"))
        .should()
        .callMethodWhere(named("setAccessible", Set.of("setAccessible")))
        .check(PRODUCT);
  }

  @Test
  void onlyTheSecurityModuleNamesLayersToBuildBy() {
    noClasses()
        .that(areNotOf("org.portunus.conformance", "org.portunus.security.sandbox"))
        .should()
        .dependOnClassesThat()
        .areAssignableTo(SandboxLayer.class)
        .check(PRODUCT);
  }

  @Test
  void plansReadNoSettings() {
    noClasses()
        .that()
        .resideInAnyPackage("org.portunus.security.sandbox..", "org.portunus.kernel..")
        .should()
        .callMethodWhere(named("a reader of settings", SETTINGS))
        .check(PRODUCT);
  }

  private static DescribedPredicate<JavaClass> areNotOf(String... packages) {
    return DescribedPredicate.describe(
        "are not of " + List.of(packages),
        type -> Arrays.stream(packages).noneMatch(type.getPackageName()::startsWith));
  }

  private static DescribedPredicate<JavaMethodCall> named(String what, Set<String> names) {
    return DescribedPredicate.describe(
        "call " + what,
        call ->
            names.contains(call.getTarget().getName())
                && call.getTargetOwner().getPackageName().startsWith("java.lang"));
  }
}
