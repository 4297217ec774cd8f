// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JdkLinksTest {
  @TempDir private Path folder;
  private Path jdk;
  private Path outside;

  @BeforeEach
  void make() throws IOException {
    jdk = folder.resolve("jdk");
    outside = Files.createDirectories(folder.resolve("etc"));
    Files.createDirectories(jdk.resolve("conf/security"));
    Files.createDirectories(jdk.resolve("lib"));
  }

  @Test
  void settingsKeptElsewhereAreFound() throws IOException {
    Path security = Files.writeString(outside.resolve("java.security"), "x=1");
    Path real = Files.writeString(folder.resolve("certificates"), "x");
    Path certificates = Files.createSymbolicLink(outside.resolve("cacerts"), real);
    Files.createSymbolicLink(jdk.resolve("conf/security/java.security"), security);
    Files.createSymbolicLink(jdk.resolve("lib/again"), security);
    Files.createSymbolicLink(jdk.resolve("lib/cacerts"), certificates);

    assertThat(JdkLinks.of(jdk)).containsExactly(certificates, security);
  }

  @Test
  void whatStaysInsideIsRelativeOrNoFileDoesNotCount() throws IOException {
    Path inside = Files.writeString(jdk.resolve("conf/net.properties"), "");
    Files.writeString(outside.resolve("file"), "");
    Files.createSymbolicLink(jdk.resolve("lib/inside"), inside);
    Files.createSymbolicLink(jdk.resolve("lib/relative"), Path.of("../../etc/file"));
    Files.createSymbolicLink(jdk.resolve("lib/folder"), outside);
    Files.createSymbolicLink(jdk.resolve("lib/none"), outside.resolve("none"));
    Files.createSymbolicLink(jdk.resolve("lib/device"), Path.of("/dev/null"));
    Files.createSymbolicLink(jdk.resolve("lib/loop"), jdk.resolve("lib/loop"));

    assertThat(JdkLinks.of(jdk)).isEmpty();
  }

  @Test
  void moreThanAnyKnownJdkHasAreRefused() throws IOException {
    for (int i = 0; i < 65; i++) {
      Path file = Files.writeString(outside.resolve("file" + i), "");
      Files.createSymbolicLink(jdk.resolve("lib/link" + i), file);
    }
    assertThatIOException().isThrownBy(() -> JdkLinks.of(jdk)).withMessageContaining("65 files");
  }
}
