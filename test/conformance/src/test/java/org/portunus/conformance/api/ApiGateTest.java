// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.MethodModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.conformance.Project;

/** No incompatible change to what users compile against, unless a person accepts it. */
class ApiGateTest {
  private static final Path ROOT = Project.root();
  private static final String CHANGED = "org/portunus/system/xpc/Instance.class";

  @TempDir Path folder;

  private Path jar(String name, PublicClasses classes) throws IOException {
    return Files.write(folder.resolve(name), classes.jar());
  }

  @Test
  void theApiIsCompatibleWithItsBaseline() throws Exception {
    PublicClasses present = PublicClasses.ofProject(ROOT);
    ApiGate.Verdict verdict =
        ApiGate.compare(ROOT, ApiGate.baseline(ROOT), jar("now.jar", present));
    assertThat(verdict.isCompatible())
        .as("%s%n./portunus conformance api --accept, if that is wanted", verdict.report())
        .isTrue();
  }

  @Test
  void everyPublicPackageIsInTheBaseline() throws IOException {
    assertThat(ApiGate.packages(ApiGate.baseline(ROOT)))
        .as("./portunus conformance api --accept")
        .isEqualTo(PublicClasses.ofProject(ROOT).packages())
        .contains("org/portunus/system/xpc", "org/portunus/embedding", "org/portunus/junit");
  }

  @Test
  void aMethodThatIsGoneIsRefusedAndOneThatIsNewIsNot() throws Exception {
    PublicClasses present = PublicClasses.ofProject(ROOT);
    Path now = jar("now.jar", present);
    Path without = jar("without.jar", without(present, "task"));

    ApiGate.Verdict removed = ApiGate.compare(ROOT, now, without);
    assertThat(removed.isCompatible()).isFalse();
    assertThat(removed.report()).contains("Instance", "task()");

    ApiGate.Verdict added = ApiGate.compare(ROOT, without, now);
    assertThat(added.isCompatible()).as(added.report()).isTrue();
  }

  private static PublicClasses without(PublicClasses classes, String method) {
    TreeMap<String, byte[]> changed = new TreeMap<>(classes.classes());
    byte[] bytes =
        ClassFile.of()
            .transformClass(
                ClassFile.of().parse(Objects.requireNonNull(changed.get(CHANGED))),
                ClassTransform.dropping(element ->
                    element instanceof MethodModel model
                        && model.methodName().equalsString(method)));
    changed.put(CHANGED, bytes);
    return new PublicClasses(changed);
  }
}
