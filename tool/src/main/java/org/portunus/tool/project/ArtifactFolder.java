// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.project;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.tool.instance.Installation;

/** The artifacts of this Portunus, laid out as a Maven repository. */
public final class ArtifactFolder {
  /** Name of the record beside the embedding's jar, which {@code Portunus.start()} reads. */
  private static final String RECORD = "portunus.home";

  private static final String GROUP = "org/portunus";

  private final Installation installation;
  private final Path folder;

  private ArtifactFolder(Installation installation, Path folder) {
    this.installation = installation;
    this.folder = folder;
  }

  /** Those of an installation. */
  public static ArtifactFolder of(Installation installation) {
    Path folder = installation.dist().resolve("maven");
    if (!Files.isDirectory(folder.resolve(GROUP))) {
      throw new PortunusException(
          ErrorCode.USAGE, folder + " has no artifacts: build again (./portunus build)");
    }
    return new ArtifactFolder(installation, folder);
  }

  /** The version of the artifacts. */
  public String version() throws IOException {
    try (Stream<Path> versions = Files.list(folder.resolve(GROUP).resolve("bom"))) {
      return versions.findFirst().orElseThrow().getFileName().toString();
    }
  }

  /** Names of the artifacts. */
  public List<String> names() throws IOException {
    try (Stream<Path> artifacts = Files.list(folder.resolve(GROUP))) {
      return artifacts.map(artifact -> artifact.getFileName().toString()).sorted().toList();
    }
  }

  /**
   * Copies them into a repository, each file at once, with the record of this installation.
   *
   * @return the files written
   */
  public List<Path> installInto(Path repository) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    }
    List<Path> written = new ArrayList<>();
    for (Path file : files) {
      Path target = repository.resolve(folder.relativize(file).toString());
      Files.createDirectories(target.getParent());
      Path fresh = target.resolveSibling(target.getFileName() + ".part");
      Files.copy(file, fresh, StandardCopyOption.REPLACE_EXISTING);
      written.add(place(fresh, target));
    }
    Path record = repository.resolve(GROUP).resolve("embedding").resolve(version()).resolve(RECORD);
    Path fresh = record.resolveSibling(RECORD + ".part");
    Files.writeString(fresh, installation.dist().toAbsolutePath().normalize() + "\n");
    written.add(place(fresh, record));
    return written;
  }

  private static Path place(Path fresh, Path target) throws IOException {
    return Files.move(
        fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
