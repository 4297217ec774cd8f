// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.spi.ToolProvider;

/** Compiles one source file of the service or the demo again, with a check replaced by a bug. */
final class SeededBuild {
  private SeededBuild() {}

  /**
   * @param folder an empty folder
   * @return where the changed classes are
   */
  static Path compile(Seed seed, Path folder) throws IOException {
    String source = Files.readString(seed.source());
    assertThat(source).as("the source has the check once").containsOnlyOnce(seed.check());
    Path changed = folder.resolve(seed.source().getFileName());
    Files.writeString(changed, source.replace(seed.check(), seed.bug()));
    Path classes = Files.createDirectory(folder.resolve("classes"));
    StringWriter said = new StringWriter();
    int status =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                new PrintWriter(said),
                new PrintWriter(said),
                "-proc:none",
                "-nowarn",
                "-cp",
                HostileRun.classPath(),
                "-d",
                classes.toString(),
                changed.toString());
    assertThat(status).as("%s", said).isZero();
    return classes;
  }
}
