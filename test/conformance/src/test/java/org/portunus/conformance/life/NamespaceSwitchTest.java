// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A machine whose administrator has switched user namespaces off: the switch is thrown in a user
 * namespace of the test's own, where it holds for what starts there and for nobody else.
 */
class NamespaceSwitchTest {
  @TempDir Path folder;

  @Test
  @Timeout(120)
  void theErrorNamesTheSwitchAndWhatToDo() throws Exception {
    Path run =
        Files.createDirectory(
            folder.resolve("run"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path dist = Path.of(System.getProperty("portunus.dist"));
    String system = "/system/task:" + dist + "/system/kernel:" + dist + "/system/launchd";
    String java =
        System.getProperty("java.home")
            + "/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dportunus.dist=\"$0\""
            + " --enable-native-access=org.portunus.linux --illegal-native-access=deny"
            + " -p \"$0/tool:$0"
            + system
            + "\" -m org.portunus.tool/org.portunus.tool.Main start --run \"$1\""
            + " --jobs \"$0/jobs\" --bundles \"$0/bundles\"";
    Process process =
        new ProcessBuilder(
                List.of(
                    "/usr/bin/unshare",
                    "--user",
                    "--map-user=1000",
                    "--map-group=1000",
                    "--keep-caps",
                    "/bin/sh",
                    "-c",
                    "echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv"
                        + " --inh-caps=-all --ambient-caps=-all "
                        + java,
                    dist.toString(),
                    run.toString()))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile())
            .start();
    try {
      process.getOutputStream().close();
      assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
      String said = Files.readString(folder.resolve("said"), StandardCharsets.UTF_8);
      assertThat(process.exitValue()).as(said).isNotZero();
      assertThat(said)
          .contains("user.max_user_namespaces is 0")
          .contains("sysctl -w user.max_user_namespaces=16384");
    } finally {
      process.destroyForcibly();
    }
  }
}
