// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.sandbox;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;

/** A class that lies in a bundle where only a manifest's Class-Path would find it. */
final class BesideClass {
  private BesideClass() {}

  static byte[] bytes() {
    return ClassFile.of()
        .build(
            ClassDesc.of("portunus.beside.Beside"), type -> type.withFlags(ClassFile.ACC_PUBLIC));
  }
}
