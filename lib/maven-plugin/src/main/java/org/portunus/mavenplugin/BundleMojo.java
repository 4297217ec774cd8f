// SPDX-License-Identifier: Apache-2.0
package org.portunus.mavenplugin;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;
import org.jspecify.annotations.Nullable;
import org.portunus.mavenplugin.bundle.BundleException;
import org.portunus.mavenplugin.bundle.BundleMaker;
import org.portunus.mavenplugin.bundle.BundleRecipe;

/**
 * Makes the bundle of this project's services and its job: target/portunus, with the project's
 * classes and the jars that it needs at run time. Before the tests, so that they can run it.
 */
@Mojo(
    name = "bundle",
    defaultPhase = LifecyclePhase.PROCESS_CLASSES,
    requiresDependencyResolution = ResolutionScope.RUNTIME,
    threadSafe = true)
public final class BundleMojo extends AbstractMojo {
  /** Classes that implement interfaces marked @Service. */
  @Parameter(required = true)
  private List<String> implementations = List.of();

  /** Identifier of the bundle and label of the job; absent: the name of the first service. */
  @Parameter private @Nullable String identifier;

  /** JDK modules beside java.base that the code needs. */
  @Parameter private List<String> modules = List.of();

  /** What the code asks for and the job grants: Heap, Memory, Processes, CPU and the others. */
  @Parameter private Map<String, String> limits = Map.of();

  /** Gets the folders jobs and bundles; several projects may have the same one. */
  @Parameter(property = "portunus.output", defaultValue = "${project.build.directory}/portunus")
  private File output = new File("target/portunus");

  @Parameter(defaultValue = "${project.build.outputDirectory}", readonly = true)
  private File classes = new File("target/classes");

  @Parameter(defaultValue = "${project.artifacts}", readonly = true)
  private Set<Artifact> artifacts = Set.of();

  @Parameter(defaultValue = "${project.groupId}:${project.artifactId}", readonly = true)
  private String owner = "";

  @Parameter(defaultValue = "${project.version}", readonly = true)
  private String version = "";

  @Override
  public void execute() throws MojoExecutionException, MojoFailureException {
    List<Path> classPath = new ArrayList<>();
    classPath.add(classes.toPath());
    for (Artifact artifact : artifacts) {
      if (artifact.getFile() != null && artifact.getArtifactHandler().isAddedToClasspath()) {
        classPath.add(artifact.getFile().toPath());
      }
    }
    BundleRecipe recipe =
        new BundleRecipe(
            owner,
            Optional.ofNullable(identifier),
            version,
            classPath,
            implementations,
            modules,
            new TreeMap<>(limits),
            output.toPath());
    try {
      BundleMaker.Made made = BundleMaker.make(recipe);
      getLog()
          .info(
              "%s %s with %s"
                  .formatted(
                      made.isChanged() ? "made" : "up to date:", made.bundle(), made.services()));
    } catch (BundleException wrong) {
      throw new MojoFailureException(wrong.getMessage(), wrong);
    } catch (IOException failure) {
      throw new MojoExecutionException("the bundle can't be written: " + failure, failure);
    }
  }
}
