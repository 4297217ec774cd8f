// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.portunus.abi.wire.LaunchMode;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.security.sandbox.limits.SandboxIdentity;

/**
 * What one launch differs in from the others.
 *
 * @param modules JDK modules beside java.base that the code may use
 * @param main where the task begins: {@code module/class}
 * @param arguments of the main class, after nothing else
 * @param identity the leased uid and gid; empty when the instance runs as an ordinary user
 * @param controlGroups folders whose {@code cgroup.procs} the task is put in; empty without them
 * @param folders that the task may read beside the JDK and the system's modules
 * @param cache AOT cache of exactly these modules, as the spawner sees it; empty starts without
 * @param files that the task sees, of which the spawner has sealed memory files
 */
public record LaunchRequest(
    SandboxProfile profile,
    LaunchRecord.Limits limits,
    List<String> modules,
    String main,
    List<String> arguments,
    Optional<SandboxIdentity> identity,
    List<Path> controlGroups,
    List<FolderGrant> folders,
    Optional<Path> cache,
    List<String> files) {
  private static final Pattern MODULE = Pattern.compile("[a-z][a-z0-9]*(\\.[a-z][a-z0-9]*)*");
  private static final Pattern MAIN = Pattern.compile("[a-z0-9.]+/[A-Za-z0-9_.]+");

  /**
   * A folder that the task sees read-only.
   *
   * @param from where the spawner sees it
   * @param at where the task sees it
   */
  public record FolderGrant(Path from, Path at) {}

  public LaunchRequest {
    for (String module : modules) {
      if (!MODULE.matcher(module).matches()) {
        throw new IllegalArgumentException("not a module name: \"" + module + "\"");
      }
    }
    if (!MAIN.matcher(main).matches()) {
      throw new IllegalArgumentException("not a module/class: \"" + main + "\"");
    }
    for (String file : files) {
      if (!LaunchRecord.isFile(file)) {
        throw new IllegalArgumentException("not the place of a file: \"" + file + "\"");
      }
    }
    files = List.copyOf(files);
    modules = List.copyOf(modules);
    arguments = List.copyOf(arguments);
    controlGroups = List.copyOf(controlGroups);
    folders = List.copyOf(folders);
  }

  /** A launch without files. */
  public LaunchRequest(
      SandboxProfile profile,
      LaunchRecord.Limits limits,
      List<String> modules,
      String main,
      List<String> arguments,
      Optional<SandboxIdentity> identity,
      List<Path> controlGroups,
      List<FolderGrant> folders,
      Optional<Path> cache) {
    this(
        profile,
        limits,
        modules,
        main,
        arguments,
        identity,
        controlGroups,
        folders,
        cache,
        List.of());
  }

  /** A launch without a cache. */
  public LaunchRequest(
      SandboxProfile profile,
      LaunchRecord.Limits limits,
      List<String> modules,
      String main,
      List<String> arguments,
      Optional<SandboxIdentity> identity,
      List<Path> controlGroups,
      List<FolderGrant> folders) {
    this(
        profile,
        limits,
        modules,
        main,
        arguments,
        identity,
        controlGroups,
        folders,
        Optional.empty());
  }

  /** A service without control groups and folders; add them by the canonical constructor. */
  public static LaunchRequest service(
      LaunchRecord record, String main, Optional<SandboxIdentity> identity, List<Path> groups) {
    return new LaunchRequest(
        profile(record.mode()),
        record.limits(),
        record.modules(),
        main,
        List.of(),
        identity,
        groups,
        List.of(),
        Optional.empty(),
        record.files());
  }

  private static SandboxProfile profile(LaunchMode mode) {
    return switch (mode) {
      case ORDINARY -> SandboxProfile.JAVA_SERVICE;
      case DEVELOPMENT -> SandboxProfile.DEVELOPMENT_SERVICE;
    };
  }

  /** The same from an AOT cache of its modules, with arguments of the main class. */
  public LaunchRequest with(Optional<Path> newCache, List<String> newArguments) {
    return new LaunchRequest(
        profile,
        limits,
        modules,
        main,
        newArguments,
        identity,
        controlGroups,
        folders,
        newCache,
        files);
  }

  /** Whether the code may load native libraries. */
  boolean hasLibraries() {
    return files.stream().anyMatch(file -> file.startsWith(LaunchRecord.NATIVE));
  }
}
