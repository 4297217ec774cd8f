// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A shell of a person whose home is a folder of the test. Her Maven fetches from the repository
 * that this build uses, as others do from a mirror, and keeps what it fetches in her home.
 */
public final class Shell {
  private static final long SECONDS = 200;
  private static final String SETTINGS =
      """
      <settings>
        <localRepository>@local@</localRepository>
        <mirrors>
          <mirror>
            <id>here</id>
            <mirrorOf>*</mirrorOf>
            <url>@url@</url>
          </mirror>
        </mirrors>
      </settings>
      """;

  private final Path home;

  private Shell(Path home) {
    this.home = home;
  }

  /** The shell of somebody whose home is this folder. */
  public static Shell in(Path home) throws IOException {
    return in(home, "");
  }

  /**
   * @param local where her Maven keeps what it fetches, as her settings say it
   */
  static Shell in(Path home, String local) throws IOException {
    Path standard = Path.of(System.getProperty("user.home"), ".m2", "repository");
    String repository = System.getProperty("localRepository", standard.toString());
    Path settings = Files.createDirectories(home.resolve(".m2")).resolve("settings.xml");
    String url = Path.of(repository).toUri().toString();
    Files.writeString(settings, SETTINGS.replace("@url@", url).replace("@local@", local));
    return new Shell(home);
  }

  /** What a script printed and its exit status. */
  public record Ended(int status, String out, String err) {
    public void mustBeFine() {
      assertThat(status).as(toString()).isZero();
    }
  }

  /** Runs the lines as one script that ends with the first that fails. */
  public Ended run(List<String> lines) throws IOException, InterruptedException {
    Path out = home.resolve("output");
    Path err = home.resolve("errors");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-ec", String.join("\n", lines))
            .directory(home.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    String jdk = System.getProperty("java.home");
    builder.environment().clear();
    builder.environment().put("PATH", jdk + "/bin:/usr/bin:/bin");
    builder.environment().put("JAVA_HOME", jdk);
    builder.environment().put("HOME", home.toString());
    builder
        .environment()
        .put("XDG_RUNTIME_DIR", Files.createDirectories(home.resolve("run-time")).toString());
    // A Java machine takes the home from the user's entry, not from the environment.
    builder.environment().put("JDK_JAVA_OPTIONS", "-Duser.home=" + home);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("%s", lines).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
