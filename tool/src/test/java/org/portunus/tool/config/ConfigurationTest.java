// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.tool.config.Effective.Origin;
import org.portunus.tool.instance.RunFolder;

class ConfigurationTest {
  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  private Configuration read(Map<String, String> environment, Path installation)
      throws IOException {
    return Configuration.read(environment, RunFolder.uid(), installation);
  }

  @Test
  void theStrongerOfEachTwoHolds() throws IOException {
    file("portunus.conf", "jobs = /user\n[web]\nspares = 4\n");
    Path installation =
        file("installation", "# all\njobs = /all\nbundles=/all\n\n[web]\njobs = /web\nspares=5\n");
    Map<String, String> home = Map.of("XDG_CONFIG_HOME", folder.toString());
    Map<String, String> variable =
        Map.of("XDG_CONFIG_HOME", folder.toString(), "PORTUNUS_JOBS", "/variable");

    Configuration without = read(Map.of(), installation);
    assertThat(jobs(read(Map.of(), folder.resolve("none")), "", Optional.empty()))
        .extracting(Effective::value, Effective::origin)
        .containsExactly("/built-in", Origin.BUILT_IN);
    assertThat(jobs(without, "", Optional.empty()))
        .isEqualTo(
            new Effective(Setting.JOBS, "/all", Origin.INSTALLATION_FILE, installation + ":2"));
    assertThat(jobs(without, "web", Optional.empty()).value()).isEqualTo("/web");
    assertThat(jobs(read(home, installation), "web", Optional.empty()))
        .extracting(Effective::value, Effective::origin)
        .containsExactly("/user", Origin.USER_FILE);
    assertThat(jobs(read(variable, installation), "web", Optional.empty()))
        .extracting(Effective::value, Effective::where)
        .containsExactly("/variable", "PORTUNUS_JOBS");
    assertThat(jobs(read(variable, installation), "web", Optional.of("/option")))
        .extracting(Effective::value, Effective::origin)
        .containsExactly("/option", Origin.OPTION);
    assertThat(
            read(home, installation)
                .effective(Setting.SPARES, "web", Optional.empty(), () -> "2")
                .value())
        .isEqualTo("4");
  }

  private static Effective jobs(
      Configuration configuration, String instance, Optional<String> option) {
    return configuration.effective(Setting.JOBS, instance, option, () -> "/built-in");
  }

  @Test
  void whatIsNotUnderstoodIsRefusedWithItsLine() throws IOException {
    for (String line :
        List.of(
            "unknown = 1",
            "jobs",
            "jobs = relative",
            "spares = 9",
            "[No Name]",
            "[web",
            "instance = ../up",
            "[web]\ninstance = x",
            "spares = 1\nspares = 2")) {
      Path wrong = file("wrong", "# first\n" + line + "\n");
      assertThatThrownBy(() -> read(Map.of(), wrong))
          .as(line)
          .isInstanceOf(PortunusException.class)
          .hasMessageContaining(wrong + ":" + (line.contains("\n") ? 3 : 2));
    }
  }

  @Test
  void aFileThatOthersCanWriteIsRefused() throws IOException {
    Path open = file("open", "spares = 1\n");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-rw-r--"));
    assertThatThrownBy(() -> read(Map.of(), open))
        .isInstanceOfSatisfying(
            PortunusException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.DENIED));
  }

  @Test
  void aWrongVariableIsNamed() throws IOException {
    Configuration configuration = read(Map.of("PORTUNUS_JOBS", "relative"), folder.resolve("none"));
    assertThatThrownBy(() -> jobs(configuration, "", Optional.empty()))
        .hasMessageContaining("PORTUNUS_JOBS");
  }
}
