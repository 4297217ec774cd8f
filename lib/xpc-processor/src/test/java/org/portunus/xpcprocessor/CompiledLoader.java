// SPDX-License-Identifier: Apache-2.0
package org.portunus.xpcprocessor;

import com.google.testing.compile.Compilation;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import javax.tools.JavaFileObject;

/** Loads what the compiler has just written. */
final class CompiledLoader extends ClassLoader {
  private final Map<String, byte[]> classes = new HashMap<>();

  CompiledLoader(Compilation compilation) throws IOException {
    super(CompiledLoader.class.getClassLoader());
    for (JavaFileObject file : compilation.generatedFiles()) {
      if (file.getKind() == JavaFileObject.Kind.CLASS) {
        String path = file.getName().replaceFirst("^/CLASS_OUTPUT/", "");
        try (InputStream in = file.openInputStream()) {
          classes.put(path.replace(".class", "").replace('/', '.'), in.readAllBytes());
        }
      }
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = classes.get(name);
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }
}
